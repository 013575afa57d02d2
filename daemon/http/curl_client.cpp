#include "daemon/http/curl_client.hpp"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <unordered_map>

#include "base/log.hpp"

namespace wardend::http {
namespace {

constexpr std::size_t max_header_bytes = 64UL * 1024;
constexpr long connect_timeout_ms = 5000;

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Slist = std::unique_ptr<curl_slist, SlistDeleter>;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

}  // namespace

// One request on its way: everything that curl points to lives here, in the frame of send().
struct Transfer {
  HttpRequest request;
  std::unique_ptr<CURL, EasyDeleter> easy{curl_easy_init()};
  Slist headers;
  std::string body;
  std::vector<std::pair<std::string, std::string>> response_headers;
  std::size_t header_bytes = 0;
  char error[CURL_ERROR_SIZE] = {};
  bool too_large = false;
  std::optional<CURLcode> done;
  Event finished;

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { wipe(body); }
};

class CurlClient::Impl {
 public:
  Impl(asio::io_context& loop, Clock& clock, CurlOptions options)
      : loop_(loop), clock_(clock), options_(std::move(options)), multi_(curl_multi_init()), timer_(loop) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.max_connections_per_host));
  }
  ~Impl() {
    curl_multi_cleanup(multi_);
    for (auto& [fd, watch] : watches_) watch->descriptor.release();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request);

 private:
  struct Watch {
    explicit Watch(asio::io_context& loop, int fd) : descriptor(loop, fd) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false;
    bool writing = false;
  };

  void prepare(Transfer& transfer) const;
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* watch);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* transfer);
  void listen(const std::shared_ptr<Watch>& watch, int fd);
  void act(int fd, int events);
  void collect();
  HttpFailure failure_of(const Transfer& transfer) const;

  asio::io_context& loop_;
  Clock& clock_;
  CurlOptions options_;
  CURLM* multi_;
  asio::steady_timer timer_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
};

int CurlClient::Impl::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*watch*/) {
  Impl& impl = *static_cast<Impl*>(self);
  if (what == CURL_POLL_REMOVE) {
    const auto found = impl.watches_.find(fd);
    if (found == impl.watches_.end()) return 0;
    // The socket is curl's: give it back, never close it.
    found->second->wanted = 0;
    found->second->descriptor.release();
    impl.watches_.erase(found);
    return 0;
  }
  auto& watch = impl.watches_[fd];
  if (!watch) watch = std::make_shared<Watch>(impl.loop_, fd);
  watch->wanted = what;
  impl.listen(watch, fd);
  return 0;
}

void CurlClient::Impl::listen(const std::shared_ptr<Watch>& watch, int fd) {
  const auto wait = [this, fd](const std::shared_ptr<Watch>& of, bool& waiting, auto direction, int events,
                               int interest) {
    if (waiting || (of->wanted & interest) == 0) return;
    waiting = true;
    of->descriptor.async_wait(direction, [this, fd, of, &waiting, events](const boost::system::error_code& error) {
      waiting = false;
      if (error || of->wanted == 0) return;
      act(fd, events);
      if (of->wanted != 0) listen(of, fd);
    });
  };
  wait(watch, watch->reading, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN, CURL_POLL_IN);
  wait(watch, watch->writing, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT, CURL_POLL_OUT);
}

int CurlClient::Impl::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  Impl& impl = *static_cast<Impl*>(self);
  impl.timer_.cancel();
  if (timeout_ms < 0) return 0;
  impl.timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  impl.timer_.async_wait([&impl](const boost::system::error_code& error) {
    if (!error) impl.act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlClient::Impl::act(int fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  collect();
}

void CurlClient::Impl::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->done = message->data.result;
    transfer->finished.notify_all();
  }
}

std::size_t CurlClient::Impl::on_body(char* data, std::size_t size, std::size_t count, void* of) {
  Transfer& transfer = *static_cast<Transfer*>(of);
  const std::size_t bytes = size * count;
  if (transfer.body.size() + bytes > transfer.request.max_response_bytes) {
    transfer.too_large = true;
    return 0;
  }
  if (transfer.body.capacity() < transfer.body.size() + bytes) {
    // Grown by hand: the old bytes are wiped, not left to the allocator alone.
    std::string grown;
    grown.reserve(std::max(transfer.body.size() + bytes, transfer.body.capacity() * 2));
    grown = transfer.body;
    wipe(transfer.body);
    transfer.body = std::move(grown);
  }
  transfer.body.append(data, bytes);
  return bytes;
}

std::size_t CurlClient::Impl::on_header(char* data, std::size_t size, std::size_t count, void* of) {
  Transfer& transfer = *static_cast<Transfer*>(of);
  const std::size_t bytes = size * count;
  transfer.header_bytes += bytes;
  if (transfer.header_bytes > max_header_bytes) {
    transfer.too_large = true;
    return 0;
  }
  const std::string_view line(data, bytes);
  if (line.starts_with("HTTP/")) transfer.response_headers.clear();
  const auto colon = line.find(':');
  if (colon != std::string_view::npos)
    transfer.response_headers.emplace_back(lower(trimmed(line.substr(0, colon))),
                                           std::string(trimmed(line.substr(colon + 1))));
  return bytes;
}

void CurlClient::Impl::prepare(Transfer& transfer) const {
  CURL* easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   std::min(connect_timeout_ms, static_cast<long>(request.timeout.count())));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Impl::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Impl::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (!request.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  if (request.method == HttpRequest::Method::post) {
    const std::string_view body = request.body.reveal();
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    // On a kept-alive connection that died curl would send the request again by itself: a refresh must never be.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  const auto append = [&](const std::string& line) {
    transfer.headers.reset(curl_slist_append(transfer.headers.release(), line.c_str()));
  };
  for (const auto& [name, value] : request.headers) append(name + ": " + value);
  append("Expect:");
  if (!request.authorization.empty()) {
    std::string line = "Authorization: " + std::string(request.authorization.reveal());
    append(line);
    wipe(line);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
}

HttpFailure CurlClient::Impl::failure_of(const Transfer& transfer) const {
  const CURLcode code = *transfer.done;
  HttpFailure failure{.kind = HttpFailure::Kind::network, .request_sent = true, .detail = transfer.error};
  if (failure.detail.empty()) failure.detail = curl_easy_strerror(code);
  long request_bytes = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REQUEST_SIZE, &request_bytes);
  failure.request_sent = request_bytes > 0;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      failure.kind = HttpFailure::Kind::timeout;
      break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      failure.kind = HttpFailure::Kind::tls;
      break;
    default:
      break;
  }
  if (transfer.too_large) failure.kind = HttpFailure::Kind::too_large;
  return failure;
}

namespace {

std::optional<WallTime> certificate_expiry(CURL* easy) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr || chain->num_of_certs < 1)
    return {};
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text(line->data);
    if (!text.starts_with("Expire date:")) continue;
    const std::time_t time = curl_getdate(line->data + 12, nullptr);
    if (time >= 0) return std::chrono::system_clock::from_time_t(time);
  }
  return {};
}

}  // namespace

asio::awaitable<std::expected<HttpResponse, HttpFailure>> CurlClient::Impl::send(HttpRequest request) {
  Transfer transfer;
  transfer.request = std::move(request);
  prepare(transfer);
  const BootTime sent_at = clock_.now();
  struct Attached {
    CURLM* multi;
    CURL* easy;
    ~Attached() { curl_multi_remove_handle(multi, easy); }
  };
  curl_multi_add_handle(multi_, transfer.easy.get());
  {
    const Attached attached{multi_, transfer.easy.get()};
    // The deadline is curl's; this one only guards against a curl that forgets.
    const BootTime guard = sent_at + transfer.request.timeout + 2s;
    while (!transfer.done && clock_.now() < guard) co_await clock_.wait(transfer.finished, guard);
    if (!transfer.done) transfer.done = CURLE_OPERATION_TIMEDOUT;
    if (*transfer.done != CURLE_OK) co_return std::unexpected(failure_of(transfer));
  }
  HttpResponse response{
      .headers = std::move(transfer.response_headers), .sent_at = sent_at, .elapsed = clock_.now() - sent_at};
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  response.body = Secret(transfer.body);
  response.certificate_expires_at = certificate_expiry(transfer.easy.get());
  co_return response;
}

CurlClient::CurlClient(asio::io_context& loop, Clock& clock, CurlOptions options)
    : impl_(std::make_unique<Impl>(loop, clock, std::move(options))) {}
CurlClient::~CurlClient() = default;

asio::awaitable<std::expected<HttpResponse, HttpFailure>> CurlClient::send(HttpRequest request) {
  return impl_->send(std::move(request));
}

namespace {

void* wiping_realloc(void* old, std::size_t size);

std::size_t header_size() { return alignof(std::max_align_t); }

void* wiping_malloc(std::size_t size) {
  auto* block = static_cast<char*>(std::malloc(size + header_size()));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  return block + header_size();
}
void wiping_free(void* pointer) {
  if (pointer == nullptr) return;
  char* block = static_cast<char*>(pointer) - header_size();
  std::size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  wipe(block, size + header_size());
  std::free(block);
}
void* wiping_realloc(void* old, std::size_t size) {
  void* fresh = wiping_malloc(size);
  if (old == nullptr || fresh == nullptr) return fresh;
  std::size_t before = 0;
  std::memcpy(&before, static_cast<char*>(old) - header_size(), sizeof before);
  std::memcpy(fresh, old, std::min(before, size));
  wiping_free(old);
  return fresh;
}
void* wiping_calloc(std::size_t count, std::size_t size) {
  if (size != 0 && count > SIZE_MAX / 2 / size) return nullptr;
  void* block = wiping_malloc(count * size);
  if (block != nullptr) std::memset(block, 0, count * size);
  return block;
}
char* wiping_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = wiping_malloc(size);
  if (copy != nullptr) std::memcpy(copy, text, size);
  return static_cast<char*>(copy);
}

}  // namespace

bool global_init() {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, wiping_malloc, wiping_free, wiping_realloc, wiping_strdup,
                              wiping_calloc) == CURLE_OK;
}

}  // namespace wardend::http

#include "daemon/http/curl_client.hpp"

#include <curl/curl.h>

#include <boost/asio/post.hpp>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/wiping_heap.hpp"
#include "daemon/http/alarm.hpp"
#include "daemon/http/transfer.hpp"
#include "daemon/http/watched_sockets.hpp"

namespace wardend::http {

class CurlClient::Impl {
 public:
  Impl(asio::io_context& loop, Clock& clock, CurlOptions options)
      : loop_(loop),
        clock_(clock),
        options_(std::move(options)),
        multi_(curl_multi_init()),
        alarm_(loop, std::bind_front(&Impl::ring, this)),
        sockets_(loop, std::bind_front(&Impl::heed, this)) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.max_connections_per_host));
    // Left to itself libcurl keeps four times what is under way: next to none as soon as a few have been answered.
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.kept_connections));
  }
  ~Impl() { close(); }
  void close() {
    alarm_.clear();
    *rings_soon_ = false;
    if (multi_ != nullptr) curl_multi_cleanup(std::exchange(multi_, nullptr));
    sockets_.let_go();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request);
  asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> open(HttpRequest request);
  void give_up(BootTime last);
  void give_up_unwanted();

 private:
  class Stream;
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* watch);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t fd);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void set_alarm();
  void ring_soon();
  void heed(int fd, WatchedSockets::Can can);
  void ring();
  void act(int fd, int events);
  void begin(Transfer& transfer, BootTime now);
  void end(Transfer& transfer);
  void collect();

  asio::io_context& loop_;
  Clock& clock_;
  CurlOptions options_;
  CURLM* multi_;
  Alarm alarm_;
  Alarm::Time due_ = Alarm::Time::max();                              // when libcurl wants to be called
  Alarm::Time rings_ = Alarm::Time::max();                            // when alarm_ does
  std::shared_ptr<bool> rings_soon_ = std::make_shared<bool>(false);  // in a turn of its own
  bool acting_ = false;  // libcurl is at work, and says last when it wants to be called
  WatchedSockets sockets_;
  std::unordered_map<Transfer*, BootTime> under_way_;  // and when each was sent
  std::optional<std::chrono::steady_clock::time_point> given_up_at_;
  std::optional<std::chrono::steady_clock::time_point> unanswered_at_;  // when a request last ended without an answer
};

int CurlClient::Impl::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*watch*/) {
  const int wanted = what == CURL_POLL_REMOVE ? 0 : what;
  static_cast<Impl*>(self)->sockets_.want(
      fd, {.read = (wanted & CURL_POLL_IN) != 0, .write = (wanted & CURL_POLL_OUT) != 0});
  return 0;
}

curl_socket_t CurlClient::Impl::on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return static_cast<Impl*>(self)->sockets_.open(address->family, address->socktype, address->protocol);
}

int CurlClient::Impl::on_close(void* self, curl_socket_t fd) { return static_cast<Impl*>(self)->sockets_.close(fd); }

void CurlClient::Impl::heed(int fd, WatchedSockets::Can can) {
  act(fd, can == WatchedSockets::Can::read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
}

int CurlClient::Impl::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  Impl& impl = *static_cast<Impl*>(self);
  impl.due_ =
      timeout_ms < 0 ? Alarm::Time::max() : std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  if (!impl.acting_) impl.set_alarm();
  return 0;
}

// Each request moves what is due by a little. An alarm that rings too early is set anew, which costs less.
void CurlClient::Impl::set_alarm() {
  if (due_ >= rings_) return;
  if (due_ <= std::chrono::steady_clock::now()) return ring_soon();
  rings_ = due_;
  alarm_.set(rings_);
}

// What is due at once needs no timer: to set one takes the kernel longer than a turn takes the loop.
void CurlClient::Impl::ring_soon() {
  if (std::exchange(*rings_soon_, true)) return;
  asio::post(loop_, [this, rings = rings_soon_] {
    if (std::exchange(*rings, false)) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlClient::Impl::ring() {
  rings_ = Alarm::Time::max();
  if (std::chrono::steady_clock::now() < due_) return set_alarm();
  act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlClient::Impl::act(int fd, int events) {
  int running = 0;
  acting_ = true;
  if (fd == CURL_SOCKET_TIMEOUT) due_ = Alarm::Time::max();  // that is now; it says anew when it wants to be called
  curl_multi_socket_action(multi_, fd, events, &running);
  acting_ = false;
  set_alarm();
  collect();
}

// It goes in this turn.
void CurlClient::Impl::begin(Transfer& transfer, BootTime now) {
  under_way_.emplace(&transfer, now);
  curl_easy_setopt(transfer.easy(), CURLOPT_OPENSOCKETFUNCTION, &Impl::on_open);
  curl_easy_setopt(transfer.easy(), CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(transfer.easy(), CURLOPT_CLOSESOCKETFUNCTION, &Impl::on_close);
  curl_easy_setopt(transfer.easy(), CURLOPT_CLOSESOCKETDATA, this);
  acting_ = true;
  curl_multi_add_handle(multi_, transfer.easy());
  act(CURL_SOCKET_TIMEOUT, 0);
}

// Where nothing is under way there is no alarm, and no wake-up.
void CurlClient::Impl::end(Transfer& transfer) {
  if (multi_ != nullptr) curl_multi_remove_handle(multi_, transfer.easy());
  under_way_.erase(&transfer);
  if (!under_way_.empty()) return;
  alarm_.clear();
  *rings_soon_ = false;
  rings_ = due_ = Alarm::Time::max();
}

void CurlClient::Impl::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    if (message->data.result != CURLE_OK) unanswered_at_ = std::chrono::steady_clock::now();
    transfer->finish(message->data.result);
  }
}

asio::awaitable<std::expected<HttpResponse, HttpFailure>> CurlClient::Impl::send(HttpRequest request) {
  Transfer transfer(std::move(request), options_);
  const BootTime sent_at = clock_.now();
  if (given_up_at_) transfer.reuse_only_since(*given_up_at_);
  if (unanswered_at_) transfer.remember_names_since(*unanswered_at_);
  struct Attached {
    Impl& impl;
    Transfer& transfer;
    ~Attached() { impl.end(transfer); }
  };
  begin(transfer, sent_at);
  {
    const Attached attached{*this, transfer};
    // The deadline is curl's; this one only guards against a curl that forgets.
    const BootTime guard = sent_at + transfer.timeout() + 2s;
    while (!transfer.done() && clock_.now() < guard) co_await clock_.wait(transfer.finished(), guard);
    if (!transfer.done()) transfer.finish(CURLE_OPERATION_TIMEDOUT);
  }
  if (!transfer.succeeded()) co_return std::unexpected(transfer.failure());
  HttpResponse response = transfer.response();
  response.sent_at = sent_at;
  response.elapsed = clock_.now() - sent_at;
  co_return response;
}

// A transfer that its reader holds.
class CurlClient::Impl::Stream final : public HttpStream {
 public:
  Stream(Impl& impl, HttpRequest request)
      : impl_(impl), transfer_(std::move(request), impl.options_, Keeping::streamed) {
    const BootTime now = impl_.clock_.now();
    head_.sent_at = now;
    if (impl_.given_up_at_) transfer_.reuse_only_since(*impl_.given_up_at_);
    if (impl_.unanswered_at_) transfer_.remember_names_since(*impl_.unanswered_at_);
    impl_.begin(transfer_, now);
  }
  ~Stream() override { impl_.end(transfer_); }
  // Whether a head came, after a wait.
  asio::awaitable<std::expected<void, HttpFailure>> meet() {
    // While all connections to the server are taken nothing is sent, and libcurl counts no time.
    const BootTime until = head_.sent_at + transfer_.timeout();
    while (!transfer_.has_head() && !transfer_.done() && impl_.clock_.now() < until)
      co_await impl_.clock_.wait(transfer_.finished(), until);
    if (!transfer_.has_head() && !transfer_.done()) transfer_.finish(CURLE_OPERATION_TIMEDOUT);
    if (!transfer_.has_head()) co_return std::unexpected(transfer_.failure());
    HttpResponse head = transfer_.head();
    head.sent_at = head_.sent_at;
    head.elapsed = transfer_.server_took();
    head_ = std::move(head);
    co_return std::expected<void, HttpFailure>{};
  }
  [[nodiscard]] const HttpResponse& head() const override { return head_; }
  [[nodiscard]] asio::awaitable<std::expected<Secret, HttpFailure>> next() override {
    for (;;) {
      Secret taken = transfer_.take();
      if (!taken.empty()) co_return taken;
      if (transfer_.done() && !transfer_.ended_well()) co_return std::unexpected(transfer_.failure());
      if (transfer_.done()) co_return Secret();
      co_await impl_.clock_.wait(transfer_.finished(), BootTime::max());
    }
  }

 private:
  Impl& impl_;
  Transfer transfer_;
  HttpResponse head_;
};

asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> CurlClient::Impl::open(HttpRequest request) {
  auto stream = std::make_unique<Stream>(*this, std::move(request));
  if (auto met = co_await stream->meet(); !met) co_return std::unexpected(met.error());
  co_return stream;
}

void CurlClient::Impl::give_up(BootTime last) {
  given_up_at_ = std::chrono::steady_clock::now();
  // What lies in a socket already is an answer, and may be the only word of a token that was rotated.
  for (const int fd : sockets_.wanted()) act(fd, CURL_CSELECT_IN);
  for (const auto& [transfer, sent_at] : under_way_)
    if (sent_at <= last && !transfer->done()) transfer->give_up();
}

void CurlClient::Impl::give_up_unwanted() {
  for (const auto& [transfer, sent_at] : under_way_)
    if (!transfer->done() && !transfer->wanted()) transfer->give_up();
}

CurlClient::CurlClient(asio::io_context& loop, Clock& clock, CurlOptions options, Worker* parsing)
    : HttpClient(parsing), impl_(std::make_unique<Impl>(loop, clock, std::move(options))) {}
CurlClient::~CurlClient() = default;
void CurlClient::close() { impl_->close(); }
void CurlClient::give_up(BootTime last) { impl_->give_up(last); }
void CurlClient::give_up_unwanted() { impl_->give_up_unwanted(); }

asio::awaitable<std::expected<HttpResponse, HttpFailure>> CurlClient::send(HttpRequest request) {
  return impl_->send(std::move(request));
}

asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> CurlClient::open(HttpRequest request) {
  return impl_->open(std::move(request));
}

bool global_init() {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, heap::allocate, heap::release, heap::reallocate, heap::duplicate,
                              heap::allocate_zeroed) == CURLE_OK;
}

}  // namespace wardend::http

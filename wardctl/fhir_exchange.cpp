#include "wardctl/fhir_exchange.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <ostream>

#include "base/text.hpp"

namespace wardend::wardctl {
namespace {

using Kind = client::Failure::Kind;

constexpr std::size_t most_bytes = 64UL * 1024 * 1024;
constexpr long connect_patience_ms = 10'000;
constexpr long silence_seconds = 120;

struct Coming {
  const std::function<std::ostream*(const FhirAnswer&)>& where_to;
  FhirAnswer answer = {};
  std::ostream* elsewhere = nullptr;
  bool begun = false;
  bool too_large = false;
  bool not_taken = false;  // by where it went
};

// A new status line begins a new head: of an answer behind "100 Continue".
std::size_t hear_head(const char* data, std::size_t size, std::size_t count, void* into) {
  auto& answer = static_cast<Coming*>(into)->answer;
  std::string_view line(data, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) answer.headers.clear();
  if (const auto colon = line.find(':'); colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    answer.headers.emplace_back(lower_case(line.substr(0, colon)), value);
  }
  return size * count;
}

struct Easy {
  Easy() : handle(::curl_easy_init(), ::curl_easy_cleanup) {}
  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> handle;
  std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)> headers{nullptr, ::curl_slist_free_all};

  void header(const std::string& line) { headers.reset(::curl_slist_append(headers.release(), line.c_str())); }
  template <typename Value>
  void set(CURLoption option, Value value) {
    ::curl_easy_setopt(handle.get(), option, value);
  }
  [[nodiscard]] int status() const {
    long status = 0;
    ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }
};

struct Body {
  Coming& coming;
  const Easy& easy;
};

std::size_t hear_body(const char* data, std::size_t size, std::size_t count, void* into) {
  const auto& [coming, easy] = *static_cast<Body*>(into);
  const std::size_t bytes = size * count;
  coming.answer.status = easy.status();
  if (!std::exchange(coming.begun, true)) coming.elsewhere = coming.where_to(coming.answer);
  if (coming.elsewhere != nullptr) {
    coming.not_taken = !coming.elsewhere->write(data, static_cast<std::streamsize>(bytes));
    return coming.not_taken ? 0 : bytes;
  }
  coming.too_large = coming.answer.body.size() + bytes > most_bytes;
  if (coming.too_large) return 0;
  coming.answer.body.append(data, bytes);
  return bytes;
}

client::Failure not_connected(const std::string& socket, long error) {
  const bool denied = error == EACCES || error == EPERM;
  return {.kind = denied ? Kind::not_permitted : Kind::unreachable,
          .detail = "cannot connect to " + socket + ": " +
                    (error == 0 ? "no such socket" : std::strerror(static_cast<int>(error)))};
}

client::Failure failed(const Easy& easy, CURLcode code, const FhirRequest& request, const Coming& coming) {
  long error = 0;
  ::curl_easy_getinfo(easy.handle.get(), CURLINFO_OS_ERRNO, &error);
  if (coming.too_large)
    return {.kind = Kind::protocol, .detail = "the answer is larger than 64 MiB: send standard output to a file"};
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return not_connected(request.socket, error);
    case CURLE_OPERATION_TIMEDOUT:
      return {.kind = Kind::timed_out, .detail = "no answer in time"};
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      return {.kind = Kind::closed,
              .detail = coming.begun ? "the answer broke off: what came of it is not whole" : "there was no answer"};
    case CURLE_URL_MALFORMAT:
      return {.kind = Kind::protocol, .detail = "the path makes no address"};
    default:
      return {.kind = Kind::protocol, .detail = ::curl_easy_strerror(code)};
  }
}

void set_up(Easy& easy, const FhirRequest& request) {
  easy.set(CURLOPT_UNIX_SOCKET_PATH, request.socket.c_str());
  easy.set(CURLOPT_URL, request.url.c_str());
  easy.set(CURLOPT_PATH_AS_IS, 1L);
  easy.set(CURLOPT_PROTOCOLS_STR, "http");
  easy.set(CURLOPT_PROXY, "");
  easy.set(CURLOPT_NOSIGNAL, 1L);
  easy.set(CURLOPT_CONNECTTIMEOUT_MS, connect_patience_ms);
  easy.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  easy.set(CURLOPT_LOW_SPEED_TIME, silence_seconds);
  if (request.method == "HEAD")
    easy.set(CURLOPT_NOBODY, 1L);
  else
    easy.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.body) {
    easy.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    easy.set(CURLOPT_POSTFIELDS, request.body->data());
  }
  easy.header("Expect:");  // the body goes at once
  for (const auto& [name, value] : request.headers) easy.header(name + ": " + value);
  easy.set(CURLOPT_HTTPHEADER, easy.headers.get());
}

}  // namespace

std::string_view FhirAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : found->second;
}

client::Outcome<FhirAnswer> exchange(const FhirRequest& request,
                                     const std::function<std::ostream*(const FhirAnswer&)>& where_to) {
  Easy easy;
  if (easy.handle == nullptr) return client::failure(Kind::protocol, "libcurl cannot be used");
  set_up(easy, request);
  Coming coming{.where_to = where_to};
  Body body{coming, easy};
  easy.set(CURLOPT_HEADERFUNCTION, hear_head);
  easy.set(CURLOPT_HEADERDATA, &coming);
  easy.set(CURLOPT_WRITEFUNCTION, hear_body);
  easy.set(CURLOPT_WRITEDATA, &body);
  const CURLcode code = ::curl_easy_perform(easy.handle.get());
  coming.answer.status = easy.status();
  if (code != CURLE_OK && !coming.not_taken) return std::unexpected(failed(easy, code, request, coming));
  if (!coming.begun) static_cast<void>(where_to(coming.answer));
  return std::move(coming.answer);
}

}  // namespace wardend::wardctl

// Seam: outbound HTTP. The implementation is daemon/http; tests give a fake. TLS is always verified, redirects are
// never followed, only http and https exist.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/http_route.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/worker.hpp"

namespace wardend {

struct HttpRequest {
  enum class Method { get, head, post, put, patch, delete_ };
  Method method = Method::get;
  std::string url = {};
  std::vector<std::pair<std::string, std::string>> headers =
      {};                     // never a secret: those go into `authorization` or `body`
  Secret authorization = {};  // the whole value of the Authorization header, if any
  Secret body = {};           // of a post without a Content-Type: application/x-www-form-urlencoded
  std::size_t max_response_bytes = 1024 * 1024;
  // For the whole request, connect and name look-up included; of open(): how long nothing may come.
  std::chrono::milliseconds timeout{8000};
  HttpRoute route = {};
  // What came of a reply that broke off is the response: for an answer that is given once, and never again.
  bool takes_part = false;
  bool keeps_coding = false;  // the body is wanted as it comes, whatever Content-Encoding says
  // Whether somebody still waits for the answer; see HttpClient::give_up_unwanted(). It touches only what outlives the
  // request. Empty: somebody always does.
  std::function<bool()> wanted = {};
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
  Secret body = {};
  BootTime sent_at = {};  // just before the request was handed to the network
  Duration elapsed = {};
  std::optional<WallTime> certificate_expires_at = {};
  std::string still_coded = {};  // the Content-Encoding that was not undone: the body is as it came. Empty: none
  bool broke_off = false;        // before the end that was said, or without one; see HttpRequest::takes_part

  // The first header of that lower-case name, or "".
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
  // Behind a sentence that says that the body cannot be read: " (Content-Encoding: br)", " (it broke off)", or "".
  [[nodiscard]] std::string why_unreadable() const {
    if (broke_off) return " (it broke off)";
    return still_coded.empty() ? std::string() : " (Content-Encoding: " + still_coded + ")";
  }
};

// Why there is no response. `request_sent` is false only when it is certain that no byte of the request left: the
// server cannot have acted on it then. What a proxy was asked before is no part of the request.
struct HttpFailure {
  // tls: the certificate is not trusted. handshake: no TLS connection came about: too old a TLS, or none.
  // abandoned: given up here, and nothing that the network or the server did.
  enum class Kind { network, tls, handshake, timeout, too_large, abandoned };
  Kind kind = Kind::network;
  bool request_sent = true;
  std::string detail = {};
  bool by_proxy = false;  // the proxy let nothing through; of the server this says nothing
};

// A response whose head has come, and whose body comes as it is taken: no more than `window` bytes wait here. To let go
// of it gives up what has not come.
class HttpStream {
 public:
  static constexpr std::size_t window = 128UL * 1024;

  HttpStream() = default;
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  virtual ~HttpStream() = default;
  // Its body is empty.
  [[nodiscard]] virtual const HttpResponse& head() const = 0;
  // The next bytes; empty: that was all. A failure: the body broke off, or it was given up.
  [[nodiscard]] virtual asio::awaitable<std::expected<Secret, HttpFailure>> next() = 0;
};

class HttpClient {
 public:
  // `parsing` reads large bodies; nullptr: the loop does.
  explicit HttpClient(Worker* parsing = nullptr) : parsing_(parsing) {}
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;
  // Throws operation_aborted when its task is cancelled; the transfer is given up at once.
  [[nodiscard]] virtual asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) = 0;
  // The same, and completes with the head. `timeout` is then how long nothing may come; a reader that takes nothing
  // does not count. HTTP/1.1, as what is not taken must wait at the server.
  [[nodiscard]] virtual asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> open(
      HttpRequest request);
  // Gives up every request that began at `last` or before and has no answer yet: it ends as abandoned. A connection
  // from then is not used again. For when the machine was asleep in between. Without a body: nothing outlasts a turn.
  virtual void give_up(BootTime /*last*/) {}
  // Gives up every request that nobody waits for any more (HttpRequest::wanted): it ends as abandoned, in a later turn
  // of the loop. For a clear: what was read with a session's token is of no use when the session has ended.
  virtual void give_up_unwanted() {}

  // What `work` makes of a response, which goes when it returns. A body over 64 KiB is read, and freed, beside the
  // loop: `work` must own all that it touches.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&, HttpResponse>> read(HttpResponse response, Work work) {
    if (parsing_ == nullptr || response.body.size() <= most_json_on_loop) co_return work(std::move(response));
    co_return co_await parsing_->run(
        [response = std::move(response), work = std::move(work)]() mutable { return work(std::move(response)); });
  }

 private:
  Worker* parsing_;
};

}  // namespace wardend

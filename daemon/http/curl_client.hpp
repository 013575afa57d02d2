// HttpClient over libcurl's multi interface on the Asio loop. Nothing here blocks the loop: name look-ups run in curl's
// own thread, and a cancelled transfer does not wait for one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "daemon/http/tls_identity.hpp"

namespace wardend::http {

struct CurlOptions {
  std::string user_agent = "wardend";
  std::size_t max_connections_per_host = 8;
  std::size_t kept_connections = 8;  // open while nothing is sent on them, of all hosts
  const TlsIdentity* identity =
      nullptr;  // shown to every server, as it is when a request begins; nullptr: none ever is
};

// libcurl with an allocator that wipes what it frees. Once, before the first CurlClient and before any thread. False:
// libcurl cannot be used at all.
[[nodiscard]] bool global_init();

class CurlClient final : public HttpClient {
 public:
  // `parsing` reads large bodies; nullptr: the loop does.
  CurlClient(asio::io_context& loop, Clock& clock, CurlOptions options = {}, Worker* parsing = nullptr);
  ~CurlClient() override;
  [[nodiscard]] asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override;
  [[nodiscard]] asio::awaitable<std::expected<std::unique_ptr<HttpStream>, HttpFailure>> open(
      HttpRequest request) override;
  // What has come in by now is taken as the answer that it is.
  void give_up(BootTime last) override;
  void give_up_unwanted() override;
  // Gives up every transfer's socket and timer, so that the loop can run out of work. No send() may be under way.
  void close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wardend::http

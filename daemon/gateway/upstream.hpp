// A request that may go, at the server: with the session's token, and once more with a new one where that was refused.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "daemon/gateway/fields.hpp"
#include "daemon/gateway/matter.hpp"
#include "daemon/gateway/reception.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/store.hpp"

namespace wardend::gateway {

class Upstream {
 public:
  struct Parts {
    Clock& clock;
    HttpClient& http;
    Reception& reception;
    session::SessionStore& store;
    server::ServerHealth& server_health;
  };
  explicit Upstream(const Parts& parts) : parts_(parts) {}

  // The server's answer, its body still on the way. `matter` was looked at in this turn. Errors: those of Reception;
  // ServerUnavailable. What the answer shows of the link is told.
  [[nodiscard]] asio::awaitable<std::expected<std::unique_ptr<HttpStream>, Refusal>> ask(Matter& matter,
                                                                                         const config::Server& server);
  // How current answers of the server are, as headers.
  [[nodiscard]] Fields state(const std::string& server) const;

 private:
  [[nodiscard]] HttpRequest request_of(const Matter& matter, const config::Server& server) const;
  void tell_link(const std::string& server, const std::expected<std::unique_ptr<HttpStream>, HttpFailure>& answer);

  Parts parts_;
};

}  // namespace wardend::gateway

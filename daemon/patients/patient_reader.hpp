// Reads the patient's record once, with a token of the session, and judges it. It keeps nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "config/live.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"

namespace wardend::patients {

class PatientReader {
 public:
  PatientReader(Clock& clock, HttpClient& http, const config::Live& config, server::ServerHealth& server_health)
      : clock_(clock), http_(http), config_(config), server_health_(server_health) {}

  struct Order {
    std::string server = {};
    std::string patient = {};
    smart::ScopeSet granted = {};
    Secret token = {};
    std::optional<session::PatientCheck> before = {};  // asked for again only if it has changed
    BootTime until = {};
    std::function<bool()> wanted = {};  // false: the session or the launch has ended, and nobody waits
  };
  // Ends by `until`, and when a clear finds it unwanted. Where nothing could be read, or no scope allows it, the status
  // is unavailable and a finding says why. Throws operation_aborted when its task is cancelled.
  [[nodiscard]] asio::awaitable<session::PatientCheck> read(Order order);

 private:
  Clock& clock_;
  HttpClient& http_;
  const config::Live& config_;
  server::ServerHealth& server_health_;
};

}  // namespace wardend::patients

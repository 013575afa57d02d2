// Completes an error on its way to a caller.
#pragma once

#include <string>

#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::access {

// What a module left open and only this room knows: since when the server is down, and what the app's users are advised
// to do meanwhile. Any other error stays as it is.
inline void add_advice(Error& error, const std::string& app, const std::string& server, const config::Config& config,
                       const server::ServerHealth& health) {
  auto* unavailable = error.as<errors::ServerUnavailable>();
  if (unavailable == nullptr) return;
  if (health.down(server)) unavailable->since = health.record(server).state_since;
  const config::App* found = config.app(app);
  if (found != nullptr && !found->advice.empty()) unavailable->advice = found->advice;
}

}  // namespace wardend::access

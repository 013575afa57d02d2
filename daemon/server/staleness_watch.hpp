// Tells when what apps have from a server can no longer be confirmed as current, in that moment, and when it can be
// again: silence is no request that fails, so nobody else would tell. Sleeps until the next such moment.
#pragma once

#include <set>
#include <string>

#include "base/clock.hpp"
#include "config/live.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::server {

class StalenessWatch {
 public:
  StalenessWatch(Clock& clock, const config::Live& config, ServerHealth& health, events::EventHub& hub)
      : clock_(clock), config_(config), health_(health), hub_(hub) {}

  // Publishes server_health_changed with the reason "stale" or "confirmed". Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> run();

 private:
  // Tells of what has changed since it was last told; the next moment at which something may.
  [[nodiscard]] BootTime tell();

  Clock& clock_;
  const config::Live& config_;
  ServerHealth& health_;
  events::EventHub& hub_;
  std::set<std::string, std::less<>> fresh_;  // as they were at the last look
  std::set<std::string, std::less<>> stale_;  // that was told of
};

}  // namespace wardend::server

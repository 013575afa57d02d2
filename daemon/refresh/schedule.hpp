// What is due when: refreshes ahead of their tokens' expiry, and what time ends (idleness, the session's life, an
// access token). One loop over the store's schedule.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/clock.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/refresh/conclusion.hpp"
#include "daemon/refresh/planner.hpp"
#include "daemon/refresh/refresher.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/session/store.hpp"

namespace wardend::refresh {

class Schedule {
 public:
  struct Parts {
    Clock& clock;
    session::SessionStore& store;
    server::ServerHealth& server_health;
    session::SessionVault& session_vault;
    clearing::Clearing& clearing;
    const config::Live& config;
    Planner& planner;
    Conclusion& conclusion;
    Refresher& refresher;
  };
  // From here on a server that comes back brings its sessions forward.
  explicit Schedule(Parts parts);

  // Runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();

  // Plans a session that a launch has just made.
  void launched(session::Session& session);
  // Plans a session that came back after a restart. One whose refresh was under way counts as sent and unanswered.
  void take_back(session::Session& session);
  // The machine was asleep: refreshes that fell due meanwhile are spread out. What was under way comes back as
  // abandoned and is planned then.
  void resumed();

 private:
  void on_due(session::Session& session);
  void expire(session::Session& session);
  void recovered(const std::string& server);

  Parts parts_;
};

}  // namespace wardend::refresh

// Attempts to refresh: one at a time for a session, each one request. When they begin is Schedule's and the callers'
// matter, within the session's plan; what they end with is Conclusion's.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/refresh/conclusion.hpp"
#include "daemon/refresh/scope_forms.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "daemon/session/store.hpp"

namespace wardend::refresh {

class Refresher {
 public:
  struct Parts {
    Clock& clock;
    session::SessionStore& store;
    server::ServerDirectory& directory;
    server::TokenEndpoint& endpoint;
    server::ServerHealth& server_health;
    session::SessionVault& session_vault;
    const config::Live& config;
    Planner& planner;
    Conclusion& conclusion;
    News& news;
  };
  Refresher(asio::any_io_executor executor, Parts parts) : parts_(parts), flights_(std::move(executor)) {}

  // Starts the session's refresh now, unless one is under way. False: its plan does not allow one now.
  bool start_now(session::Session& session);

  // Completes when no attempt is under way, or at `until`.
  [[nodiscard]] asio::awaitable<void> settle(BootTime until);
  [[nodiscard]] asio::awaitable<void> shut_down() { return flights_.shut_down(parts_.clock); }

 private:
  using Need = server::ServerDirectory::Need;
  [[nodiscard]] asio::awaitable<void> fly(Attempt attempt, Need need);
  [[nodiscard]] asio::awaitable<void> send(Attempt attempt, server::DiscoveryPtr discovery);

  // Remembers for all sessions of the server that it refuses that form.
  void refuse_form(const config::Server& server, const session::Session& session, bool named_scopes);

  Parts parts_;
  ScopeForms forms_;
  TaskGroup flights_;
  Event landed_;
};

}  // namespace wardend::refresh

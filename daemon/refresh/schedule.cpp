#include "daemon/refresh/schedule.hpp"

namespace wardend::refresh {

using session::Session;
using session::State;
using Kind = Outcome::Kind;

Schedule::Schedule(Parts parts) : parts_(parts) {
  parts_.server_health.on_recovery([this](const std::string& server) { recovered(server); });
}

asio::awaitable<void> Schedule::run() {
  for (;;) {
    while (Session* session = parts_.store.due(parts_.clock.now())) on_due(*session);
    co_await parts_.clock.wait(parts_.store.schedule_changed(), parts_.store.next_due());
  }
}

void Schedule::launched(Session& session) { parts_.planner.apply(session, {.kind = Kind::launched}); }

void Schedule::take_back(Session& session) {
  if (session.state() == State::refreshing)
    return parts_.conclusion.conclude(session, {.outcome = {.kind = Kind::no_reply, .word = "restart"}});
  if (session.tokens() != nullptr) return parts_.planner.apply(session, {.kind = Kind::restored});
  parts_.planner.reschedule(session);
}

void Schedule::on_due(Session& session) {
  const BootTime now = parts_.clock.now();
  if (const session::Cleared* cleared = session.cleared()) {
    if (now >= cleared->forget_at) return parts_.store.erase(session);
    return parts_.planner.reschedule(session);
  }
  const config::App* app = parts_.config.get().app(session.app);
  if (app == nullptr) return parts_.clearing.clear_session(session, {ClearReason::reconfigured, "the app is gone"});
  if (now >= session.started_boot + app->session.max_lifetime)
    return parts_.clearing.clear_session(session, {ClearReason::max_lifetime, "max_lifetime reached"});
  if (now >= session.last_used + app->session.idle_timeout)
    return parts_.clearing.clear_session(session, {ClearReason::idle, "no token asked for within idle_timeout"});
  const session::Tokens* tokens = session.tokens();
  if (tokens != nullptr && !tokens->access.empty() && now >= tokens->expires_at) expire(session);
  if (session.tokens() != nullptr && now >= session.plan().due) parts_.refresher.start_now(session);
  parts_.planner.reschedule(session);
}

void Schedule::expire(Session& session) {
  session.expire();
  if (session.plan().phase == RefreshPlan::Phase::over)
    return parts_.conclusion.give_up(
        session, session.refreshable() ? "a refresh got no reply and may not be repeated"
                                       : "the access token has expired and the server gave no refresh token");
  if (session.state() == State::expired) parts_.session_vault.keep(session);
}

void Schedule::recovered(const std::string& server) {
  for (Session* session : parts_.store.all()) {
    if (session->server != server || session->tokens() == nullptr || session->state() == State::refreshing) continue;
    parts_.planner.apply(*session, {.kind = Kind::server_back, .wanted = session->changed.waiting() > 0});
  }
}

void Schedule::resumed() {
  for (Session* session : parts_.store.all()) {
    if (session->tokens() == nullptr || session->state() == State::refreshing) continue;
    parts_.planner.apply(*session, {.kind = Kind::woke, .wanted = session->changed.waiting() > 0});
  }
}

}  // namespace wardend::refresh

#include "daemon/refresh/planner.hpp"

#include <algorithm>

#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {

using session::Session;
using session::State;

Basis Planner::basis_of(const Session& session) const {
  Basis basis;
  if (const session::Tokens* tokens = session.tokens()) {
    basis.obtained_at = tokens->obtained_at;
    basis.expires_at = tokens->expires_at;
    basis.refreshable = !tokens->refresh.empty();
  }
  if (const config::App* app = config_.get().app(session.app)) basis.lead = app->session.refresh_lead;
  if (const config::Server* server = config_.get().server(session.server)) basis.replay = server->oauth.replay;
  return basis;
}

double Planner::jitter_for(const Session& session, Outcome::Kind kind) {
  using Kind = Outcome::Kind;
  const bool of_token = kind == Kind::launched || kind == Kind::restored || kind == Kind::tokens_received;
  if (of_token && session.tokens() != nullptr)
    return token_jitter(machine_id_, session.id, session.tokens()->generation);
  return random_.unit();
}

void Planner::apply(Session& session, const Outcome& outcome) {
  session.set_plan(after(session.plan(), outcome, basis_of(session), clock_.now(), jitter_for(session, outcome.kind)));
  reschedule(session);
}

void Planner::reschedule(Session& session) {
  if (const session::Cleared* cleared = session.cleared()) return store_.schedule(session, cleared->forget_at);
  BootTime due = BootTime::max();
  if (const config::App* app = config_.get().app(session.app))
    due = std::min(session.started_boot + app->session.max_lifetime, session.last_used + app->session.idle_timeout);
  if (const session::Tokens* tokens = session.tokens()) {
    if (!tokens->access.empty()) due = std::min(due, tokens->expires_at);
    if (session.state() != State::refreshing) due = std::min(due, session.plan().due);
  }
  store_.schedule(session, due);
}

}  // namespace wardend::refresh

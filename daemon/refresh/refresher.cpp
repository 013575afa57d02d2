#include "daemon/refresh/refresher.hpp"

#include <utility>

#include "base/call_time.hpp"
#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"

namespace wardend::refresh {

using session::Session;

namespace {

constexpr Duration outage_echo = 60s;  // how long a server that came back may still lack its grants

}  // namespace

bool Refresher::start_now(Session& session) {
  if (session.state() == session::State::refreshing) return true;
  if (!session.refreshable() || !session.plan().may_attempt(parts_.clock.now())) return false;
  const bool rejected = session.plan().phase == RefreshPlan::Phase::rejected;
  session.begin_refresh();
  parts_.planner.reschedule(session);
  flights_.spawn("refresh", fly(attempt_for(session), rejected ? Need::now : Need::tokens));
  return true;
}

asio::awaitable<void> Refresher::settle(BootTime until) {
  while (flights_.size() > 0 && parts_.clock.now() < until) co_await parts_.clock.wait(landed_, until);
}

asio::awaitable<void> Refresher::fly(Attempt attempt, Need need) {
  const ScopeExit landed([this] { landed_.notify_all(); });
  const auto discovery = co_await parts_.directory.get(attempt.server, need, parts_.clock.now() + call_time);
  Session* session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session == nullptr) co_return;
  if (discovery)
    co_await send(attempt, *discovery);
  else
    parts_.conclusion.conclude(*session, {.outcome = {.kind = Outcome::Kind::failed,
                                                      .word = discovery.error().code,
                                                      .server_down = parts_.server_health.down(attempt.server)}});
  session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session != nullptr) session->changed.notify_all();
}

asio::awaitable<void> Refresher::send(Attempt attempt, server::DiscoveryPtr discovery) {
  const auto config = parts_.config.hold();
  const config::Server* server = config->server(attempt.server);
  Session* session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session == nullptr) co_return;
  const bool names_scopes = server != nullptr && forms_.names_scopes(*server);
  const std::string scope = names_scopes ? session->granted.text() : "";
  Secret token = session->tokens()->refresh.clone();
  parts_.planner.apply(*session, {.kind = Outcome::Kind::sent});
  parts_.session_vault.keep(*session);
  at_failure_point("refresh.intent_kept");
  const BootTime began = parts_.clock.now();
  server::TokenEndpoint::Party party{.server = attempt.server, .client = attempt.client, .discovery = discovery};
  auto posted = co_await parts_.endpoint.refresh(std::move(party), std::move(token), scope);
  at_failure_point("refresh.answered");
  const Duration took = parts_.clock.now() - began;
  Answer answer = co_await parts_.endpoint.read(
      std::move(posted),
      [now = parts_.clock.wall_now()](const server::PostAnswer& whole) { return read_answer(whole, now); });
  if (!answer.outcome.asleep) parts_.news.took(attempt.server, took);
  session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session == nullptr) co_return parts_.conclusion.drop(attempt, std::move(answer));
  answer.outcome.server_down = parts_.server_health.down(attempt.server);
  answer.outcome.after_outage = parts_.server_health.recovered_within(attempt.server, outage_echo);
  answer.outcome.wanted = session->changed.waiting() > 0;
  const bool other_form = answer.outcome.kind == Outcome::Kind::other_form;
  parts_.conclusion.conclude(*session, std::move(answer));
  if (other_form && server != nullptr) refuse_form(*server, *session, names_scopes);
  at_failure_point("refresh.published");
}

// Where both forms were refused the first one stands again.
void Refresher::refuse_form(const config::Server& server, const Session& session, bool named_scopes) {
  forms_.refuse(server, named_scopes);
  if (session.plan().phase != RefreshPlan::Phase::reworded) return;
  log::bounded(log::Level::warn,
               named_scopes ? "the server wants refreshes without their scopes; set refresh_scope = \"omit\" for it"
                            : "the server wants refreshes with their scopes; set refresh_scope = \"same\" for it",
               session.server, {{"server", session.server}});
}

}  // namespace wardend::refresh

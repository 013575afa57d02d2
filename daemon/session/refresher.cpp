// The schedule: what is due, what time ends, when the next attempt goes. The request itself is in refresh_flight.cpp.
#include "daemon/session/refresher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "daemon/session/refresh_policy.hpp"

namespace wardend::session {
namespace {

// While a server is down its return is what wakes expired sessions; this is only the net below.
constexpr Duration retry_while_down = 60s;

}  // namespace

Refresher::Refresher(asio::any_io_executor executor, Parts parts)
    : parts_(std::move(parts)), flights_(std::move(executor)) {
  parts_.link.on_recovery([this](const std::string& server) { recovered(server); });
}

asio::awaitable<void> Refresher::run() {
  for (;;) {
    while (Session* session = parts_.store.due(parts_.clock.now())) on_due(*session);
    co_await parts_.clock.wait(parts_.store.schedule_changed(), parts_.store.next_due());
  }
}

void Refresher::plan(Session& session) {
  const Tokens* tokens = session.tokens();
  const config::App* app = parts_.config.get().app(session.app);
  if (tokens == nullptr) return;
  const auto lead = app == nullptr ? std::nullopt : app->session.refresh_lead;
  session.longest_life = std::max(session.longest_life, tokens->life());
  session.refresh_at = tokens->refresh.empty()
                           ? BootTime::max()
                           : planned_refresh(tokens->obtained_at, tokens->life(), lead,
                                             token_jitter(parts_.machine_id, session.id, tokens->generation));
  if (session.last_refresh)
    session.refresh_at = std::max(session.refresh_at, *session.last_refresh + refresh_floor(tokens->life()));
  reschedule(session);
}

void Refresher::take_back(Session& session) {
  if (session.state() == State::refreshing) return unanswered(session, "restart");
  plan(session);
  if (session.state() == State::expired) {
    const BootTime now = parts_.clock.now();
    session.refresh_at = now + floor_wait(session.last_refresh, session.tokens()->life(), now);
  }
  if (session.unanswered) session.refresh_at = std::max(session.refresh_at, session.tokens()->expires_at);
  reschedule(session);
}

asio::awaitable<void> Refresher::settle(BootTime until) {
  while (flights_.size() > 0 && parts_.clock.now() < until) co_await parts_.clock.wait(landed_, until);
}

void Refresher::reschedule(Session& session) {
  if (const Cleared* cleared = session.cleared()) return parts_.store.schedule(session, cleared->forget_at);
  const config::App* app = parts_.config.get().app(session.app);
  BootTime due = BootTime::max();
  if (app != nullptr)
    due = std::min(session.started_boot + app->session.max_lifetime, session.last_used + app->session.idle_timeout);
  const Tokens* tokens = session.tokens();
  if (tokens != nullptr && !tokens->access.empty()) due = std::min(due, tokens->expires_at);
  if (tokens != nullptr && session.state() != State::refreshing) due = std::min(due, session.refresh_at);
  parts_.store.schedule(session, due);
}

void Refresher::on_due(Session& session) {
  const BootTime now = parts_.clock.now();
  if (const Cleared* cleared = session.cleared()) {
    if (now >= cleared->forget_at) return parts_.store.erase(session);
    return reschedule(session);
  }
  const config::App* app = parts_.config.get().app(session.app);
  if (app == nullptr) return parts_.clearing.clear_session(session, {ClearReason::reconfigured, "the app is gone"});
  if (now >= session.started_boot + app->session.max_lifetime)
    return parts_.clearing.clear_session(session, {ClearReason::max_lifetime, "max_lifetime reached"});
  if (now >= session.last_used + app->session.idle_timeout)
    return parts_.clearing.clear_session(session, {ClearReason::idle, "no token asked for within idle_timeout"});
  const Tokens* tokens = session.tokens();
  if (tokens != nullptr && !tokens->access.empty() && now >= tokens->expires_at) expire(session);
  if (session.tokens() != nullptr && session.state() != State::refreshing && now >= session.refresh_at) start(session);
  reschedule(session);
}

void Refresher::expire(Session& session) {
  Tokens& tokens = *session.tokens();
  tokens.access = Secret();
  session.prepared = Secret();
  if (tokens.refresh.empty())
    return grant_over(session, "the access token has expired and the server gave no refresh token");
  if (session.unanswered && session.refresh_at == BootTime::max())
    return grant_over(session, "a refresh got no reply and may not be repeated");
  if (session.state() == State::refreshing) return;
  enter(session, Fact::token_expired);
  parts_.keeper.keep(session);
}

bool Refresher::start_now(Session& session) {
  if (session.state() == State::refreshing) return true;
  if (!session.refreshable()) return false;
  const bool waiting_for_retry = !session.spread && (session.failures > 0 || session.unanswered);
  const BootTime now = parts_.clock.now();
  if (waiting_for_retry && session.refresh_at > now) return false;
  if (floor_wait(session.last_refresh, session.tokens()->life(), now) > Duration::zero()) return false;
  start(session);
  reschedule(session);
  return true;
}

void Refresher::start(Session& session) {
  if (!session.refreshable()) {
    session.refresh_at = BootTime::max();
    return;
  }
  session.spread = false;
  enter(session, Fact::refresh_started);
  flights_.spawn(
      "refresh",
      fly({.session = session.id, .server = session.server, .epoch = session.epoch, .client = session.client}));
}

// Moves the tokens from the old state's struct into the new one's.
void Refresher::enter(Session& session, Fact fact) {
  const State target = next(session.state(), fact);
  if (target == session.state()) return;
  Tokens tokens;
  if (Tokens* held = session.tokens()) tokens = std::move(*held);
  log::debug("session state", {{"session", session.id}, {"from", name_of(session.state())}, {"to", name_of(target)}});
  switch (target) {
    case State::active:
      session.data = Active{std::move(tokens)};
      break;
    case State::refreshing:
      session.data = Refreshing{std::move(tokens)};
      break;
    case State::expired:
      session.data = Expired{std::move(tokens)};
      break;
    case State::reauthentication_required:
      session.data = Reauthentication{session.last_failure};
      break;
    case State::cleared:
      break;  // Clearing's business alone
  }
}

void Refresher::failed(Session& session, std::string_view word, std::optional<std::chrono::seconds> retry_after) {
  ++session.failures;
  session.last_failure = word;
  ++counters_.refreshes[session.server]["transient"];
  enter(session, Fact::attempt_failed);
  const bool expired = session.tokens()->access.empty();
  if (expired) enter(session, Fact::token_expired);
  const BootTime now = parts_.clock.now();
  session.refresh_at = now + retry_delay(session.failures, parts_.random.unit(), retry_after);
  if (expired && parts_.link.down(session.server))
    session.refresh_at = std::max(session.refresh_at, now + retry_while_down);
  log::warn("refresh failed; it is tried again",
            {{"session", session.id}, {"server", session.server}, {"error", word}});
  record(session, word, false);
  parts_.keeper.keep(session);
  reschedule(session);
}

void Refresher::unanswered(Session& session, std::string_view word) {
  session.last_failure = word;
  ++counters_.refreshes[session.server]["transient"];
  enter(session, Fact::attempt_failed);
  const auto config = parts_.config.hold();
  const config::Server* server = config->server(session.server);
  const Tokens& tokens = *session.tokens();
  const auto replay =
      server == nullptr ? std::nullopt
                        : replay_time(server->oauth.replay, session.unanswered, tokens.expires_at, parts_.clock.now());
  session.unanswered = true;
  ++session.failures;
  session.refresh_at = replay.value_or(BootTime::max());
  if (replay && tokens.access.empty())
    session.refresh_at = parts_.clock.now() + retry_delay(session.failures, parts_.random.unit(), std::nullopt);
  log::warn(
      "refresh got no reply; the server may have rotated the token",
      {{"session", session.id}, {"server", session.server}, {"error", word}, {"repeated", replay ? "later" : "never"}});
  record(session, word, false);
  if (tokens.access.empty()) {
    if (!replay) return grant_over(session, "a refresh got no reply and may not be repeated");
    enter(session, Fact::token_expired);
  }
  parts_.keeper.keep(session);
  reschedule(session);
}

void Refresher::grant_over(Session& session, std::string_view reason) {
  session.last_failure = reason;
  session.prepared = Secret();
  session.refresh_at = BootTime::max();
  enter(session, Fact::grant_ended);
  parts_.keeper.keep(session);
  parts_.hub.publish({.kind = EventKind::reauthentication_required,
                      .at = parts_.clock.wall_now(),
                      .session = session.id,
                      .app = session.app,
                      .server = session.server,
                      .epoch = session.epoch,
                      .reason = std::string(reason)});
  log::info("session needs a new launch", {{"session", session.id}, {"server", session.server}, {"reason", reason}});
  session.changed.notify_all();
  reschedule(session);
}

void Refresher::recovered(const std::string& server) {
  const BootTime now = parts_.clock.now();
  for (Session* session : parts_.store.all()) {
    if (session->server != server || session->failures == 0 || !session->refreshable()) continue;
    if (session->state() == State::refreshing) continue;
    const bool wanted = session->changed.waiting() > 0;
    const bool expired = session->state() == State::expired;
    const Duration life = session->tokens()->life();
    const BootTime at = wanted ? now : now + recovery_spread(life, parts_.random.unit());
    session->refresh_at = expired || wanted ? at : std::min(session->refresh_at, session->tokens()->expires_at);
    session->spread = expired;
    reschedule(*session);
  }
}

void Refresher::resumed() {
  for (Session* session : parts_.store.all()) {
    if (!session->refreshable() || session->state() == State::refreshing) continue;
    plan_after_sleep(*session, session->refresh_at);
    reschedule(*session);
  }
}

void Refresher::plan_after_sleep(Session& session, BootTime planned) {
  const BootTime now = parts_.clock.now();
  const bool wanted = session.changed.waiting() > 0;
  session.refresh_at =
      planned_after_sleep(planned, now, wanted ? 0s : recovery_spread(session.tokens()->life(), parts_.random.unit()));
  session.spread = planned <= now;
}

// A replay that has nothing to lose, and a request that never left, have missed their time like all others.
void Refresher::abandoned(Session& session, const HttpFailure& failure) {
  if (failure.request_sent)
    unanswered(session, "no_reply");
  else
    failed(session, "asleep", std::nullopt);
  if (!session.refreshable()) return;
  const bool free = !session.unanswered || session.tokens()->access.empty();
  plan_after_sleep(session, free ? parts_.clock.now() : session.refresh_at);
  reschedule(session);
}

void Refresher::record(const Session& session, std::string_view result, bool granted) {
  AuditRecord record(AuditKind::refresh);
  record.session = session.id;
  record.app = session.app;
  record.server = session.server;
  record.login_session = session.login_session;
  record.uid = session.uid;
  record.reason = result;
  if (granted) record.granted();
  parts_.audit.write(std::move(record));
}

}  // namespace wardend::session

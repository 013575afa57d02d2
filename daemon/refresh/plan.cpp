#include "daemon/refresh/plan.hpp"

#include <algorithm>
#include <utility>

#include "base/retry.hpp"
#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {
namespace {

using Phase = RefreshPlan::Phase;

constexpr Duration least_gap = 1s;
// A client that the server rejects stays rejected until somebody mends the registration.
constexpr std::chrono::seconds rejected_client_pause{300};
// While a server is down its return is what wakes sessions. Once a minute whoever asks for a token may try all the
// same.
constexpr Duration retry_while_down = 60s;
constexpr Duration second_asking = 5s;
constexpr Duration longest_wish_after_end = 60s;

BootTime earliest(const RefreshPlan& plan, BootTime at) {
  return plan.attempted_at ? std::max(at, *plan.attempted_at + least_gap) : at;
}

// The next attempt goes at `at`, whoever asks.
void next_at(RefreshPlan& plan, BootTime at) { plan.due = plan.not_before = earliest(plan, at); }

// The next attempt goes at `at`, only so that not all go together: whoever is asked for a token goes at once.
void spread_until(RefreshPlan& plan, BootTime at, BootTime now) {
  plan.not_before = earliest(plan, now);
  plan.due = std::max(at, plan.not_before);
}

void end(RefreshPlan& plan) {
  plan.phase = Phase::over;
  plan.due = BootTime::max();
}

void note_failure(RefreshPlan& plan, const Outcome& outcome, BootTime now) {
  ++plan.failures;
  plan.last_failure = outcome.word;
  plan.wished = outcome.retry_after ? now + *outcome.retry_after : BootTime::min();
}

// In its own time before the tokens' expiry.
void plan_ahead(RefreshPlan& plan, const Basis& basis, double jitter) {
  plan.longest_life = std::max(plan.longest_life, basis.life());
  if (!basis.refreshable) return end(plan);
  plan.not_before = plan.refreshed_at ? *plan.refreshed_at + refresh_floor(basis.life()) : BootTime::min();
  const auto in_time = plan.refreshed_at ? planned_refresh : first_refresh;
  plan.due = std::max(in_time(basis.obtained_at, basis.life(), basis.lead, jitter), plan.not_before);
}

void start_anew(RefreshPlan& plan, const Basis& basis, double jitter) {
  plan.phase = Phase::fresh;
  plan.failures = 0;
  plan.wished = BootTime::min();
  plan.last_failure.clear();
  plan_ahead(plan, basis, jitter);
}

Duration spread_of(const Outcome& outcome, const Basis& basis, double jitter) {
  return outcome.wanted ? Duration::zero() : recovery_spread(basis.life(), basis.lead, jitter);
}

// No server's wish outlasts the token: at its end, and each minute from then on, the next attempt goes all the same.
BootTime retry_time(const RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  const BootTime wished = now + retry_delay(plan.failures, jitter, outcome.retry_after);
  const BootTime usual = now + retry_delay(plan.failures, jitter, std::nullopt);
  const BootTime latest = now < basis.expires_at ? basis.expires_at : now + longest_wish_after_end;
  return std::max(usual, std::min(wished, latest));
}

// The net below that, where nobody asks: once in the second half of what is left of the token's life; after that as far
// apart as in good times. A fleet that tries each minute would be there, whole, in the minute in which the server is
// back.
BootTime while_down(const RefreshPlan& plan, const Basis& basis, BootTime now, double jitter) {
  const Duration left = basis.expires_at - now;
  if (plan.failures == 1 && left > Duration::zero()) return now + part_of(left, (1 + jitter) / 2);
  const BootTime from = std::max(now, basis.expires_at);
  return std::max(from + retry_while_down, planned_refresh(from, basis.life(), basis.lead, jitter));
}

void fail(RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  note_failure(plan, outcome, now);
  if (plan.phase != Phase::unanswered) plan.phase = Phase::failing;
  if (outcome.asleep) return spread_until(plan, now + spread_of(outcome, basis, jitter), now);
  const BootTime at = retry_time(plan, outcome, basis, now, jitter);
  if (!outcome.server_down) return next_at(plan, at);
  plan.not_before = earliest(plan, now < basis.expires_at ? at : std::max(at, now + retry_while_down));
  plan.due = std::max(plan.not_before, while_down(plan, basis, now, jitter));
}

void receive(RefreshPlan& plan, const Basis& basis, BootTime now, double jitter) {
  plan.refreshed_at = basis.obtained_at;
  if (basis.life() > Duration::zero() || !basis.refreshable) return start_anew(plan, basis, jitter);
  // Tokens that are over when they come are no better than none: gaps grow as after failures.
  fail(plan, {.kind = Outcome::Kind::failed, .word = "token_over"}, basis, now, jitter);
}

void reject(RefreshPlan& plan, const Outcome& outcome, BootTime now, double jitter) {
  note_failure(plan, outcome, now);
  const bool again = plan.phase == Phase::rejected || plan.phase == Phase::unanswered;
  if (plan.phase != Phase::unanswered) plan.phase = Phase::rejected;
  next_at(plan, now + (again ? Duration(rejected_client_pause) : retry_delay(1, jitter, outcome.retry_after)));
}

// A firewall or a gateway may have sent this refusal. The grant is over when a server that is up refuses a request that
// was sent after the token's end. A spent token is sent once more, at that end.
void doubt(RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  note_failure(plan, outcome, now);
  const bool sent_after_end = plan.attempted_at && *plan.attempted_at >= basis.expires_at;
  if (sent_after_end && !outcome.server_down) return end(plan);
  if (plan.phase == Phase::unanswered) return next_at(plan, std::max(now, basis.expires_at));
  plan.phase = Phase::doubted;
  const BootTime at = retry_time(plan, outcome, basis, now, jitter);
  if (sent_after_end) return next_at(plan, std::max(at, now + retry_while_down));
  next_at(plan, std::min(at, std::max(now, basis.expires_at)));
}

// The refresh token was not used up: the request goes once more, in the other form.
void reword(RefreshPlan& plan, const Outcome& outcome, BootTime now, double jitter) {
  note_failure(plan, outcome, now);
  if (plan.phase == Phase::reworded) return end(plan);
  plan.phase = Phase::reworded;
  next_at(plan, now + retry_delay(1, jitter, outcome.retry_after));
}

// A server that has just come back may not have its grants yet.
void refuse_grant(RefreshPlan& plan, const Outcome& outcome, BootTime now) {
  const bool back = plan.phase == Phase::failing || plan.phase == Phase::doubted || outcome.after_outage;
  note_failure(plan, outcome, now);
  if (!back || plan.phase == Phase::contested || plan.phase == Phase::unanswered) return end(plan);
  plan.phase = Phase::contested;
  next_at(plan, now + second_asking);
}

void await_replay(RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  note_failure(plan, outcome, now);
  const bool again = plan.phase == Phase::unanswered;
  const auto replay = replay_time({.policy = basis.replay, .replayed = again, .life = basis.life(), .jitter = jitter},
                                  basis.expires_at, now);
  if (!replay) return end(plan);
  plan.phase = Phase::unanswered;
  if (now < basis.expires_at) return next_at(plan, *replay);
  if (outcome.asleep) return spread_until(plan, now + spread_of(outcome, basis, jitter), now);
  next_at(plan, now + retry_delay(plan.failures, jitter, std::nullopt));
}

// The one replay while the token lives keeps its moment: no recovery and no caller brings it forward.
bool waits_for_replay(const RefreshPlan& plan, const Basis& basis, BootTime now) {
  return plan.phase == Phase::unanswered && now < basis.expires_at;
}

void server_came_back(RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  if (plan.failures == 0 || waits_for_replay(plan, basis, now)) return;
  if (outcome.wanted || now >= basis.expires_at)
    return spread_until(plan, now + spread_of(outcome, basis, jitter), now);
  // Somewhere in what is left of the token's life, so that whose token ends first goes first; and not before the server
  // wants it, where that is sooner than the token's end.
  const BootTime wished = std::min(plan.wished, basis.expires_at);
  spread_until(plan, std::max(wished, now + part_of(basis.expires_at - now, jitter)), now);
}

// What fell due in the sleep goes in its own time, everything else keeps its moment.
void wake(RefreshPlan& plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  const BootTime at = planned_after_sleep(plan.due, now, spread_of(outcome, basis, jitter));
  if (at != plan.due) spread_until(plan, at, now);
}

void restore(RefreshPlan& plan, const Basis& basis, BootTime now, double jitter) {
  const bool unanswered = plan.phase == Phase::unanswered;
  if (unanswered && basis.replay == config::Replay::never) return end(plan);
  if (plan.phase == Phase::over) plan.phase = Phase::fresh;
  plan_ahead(plan, basis, jitter);
  if (plan.phase == Phase::over) return;
  if (now >= basis.expires_at) plan.due = std::max(now, plan.not_before);
  if (unanswered) plan.due = std::max(plan.due, basis.expires_at);
  if (unanswered) plan.not_before = plan.due;
}

}  // namespace

RefreshPlan after(RefreshPlan plan, const Outcome& outcome, const Basis& basis, BootTime now, double jitter) {
  using Kind = Outcome::Kind;
  const bool begins = outcome.kind == Kind::launched || outcome.kind == Kind::restored;
  if (plan.phase == Phase::over && !begins) return plan;
  switch (outcome.kind) {
    case Kind::launched:
      start_anew(plan, basis, jitter);
      break;
    case Kind::restored:
      restore(plan, basis, now, jitter);
      break;
    case Kind::sent:
      plan.attempted_at = now;
      break;
    case Kind::tokens_received:
      receive(plan, basis, now, jitter);
      break;
    case Kind::failed:
      fail(plan, outcome, basis, now, jitter);
      break;
    case Kind::client_rejected:
      reject(plan, outcome, now, jitter);
      break;
    case Kind::other_form:
      reword(plan, outcome, now, jitter);
      break;
    case Kind::refused:
      doubt(plan, outcome, basis, now, jitter);
      break;
    case Kind::no_reply:
      await_replay(plan, outcome, basis, now, jitter);
      break;
    case Kind::grant_ended:
      refuse_grant(plan, outcome, now);
      break;
    case Kind::server_back:
      server_came_back(plan, outcome, basis, now, jitter);
      break;
    case Kind::woke:
      wake(plan, outcome, basis, now, jitter);
      break;
  }
  return plan;
}

}  // namespace wardend::refresh

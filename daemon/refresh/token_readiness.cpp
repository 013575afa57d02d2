#include "daemon/refresh/token_readiness.hpp"

#include <algorithm>

#include "daemon/refresh/failure_words.hpp"
#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {

using session::Session;

namespace {

constexpr std::chrono::seconds longest_pause_while_down{60};

constexpr Duration between_forced = 60s;

Error rate_limited(Duration wait, std::string why) {
  return errors::RateLimited{.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(wait),
                             .reason = std::move(why)};
}

Error asks_too_much(std::string_view of, Duration span) {
  return errors::InvalidRequest{.field = "min_validity",
                                .reason = std::string(of) + " " +
                                          std::to_string(std::chrono::floor<std::chrono::seconds>(span).count()) +
                                          " s: ask for less than that"};
}

Error reauthentication(const Session& session, std::string_view reason) {
  return errors::ReauthenticationRequired{
      .session = session.id, .reason = std::string(reason), .context = session.context};
}

Error ended(const Session& session) {
  if (const session::Cleared* cleared = session.cleared()) return cleared->error();
  return reauthentication(session, session.reauthentication_reason());
}

// Servers count in whole seconds: in what is a token's last second here one may take it for over. Whoever gets a token
// is told of one second at least.
bool usable(const Session& session, BootTime now) { return session.remaining(now) >= Duration(1s); }

Duration wanted(const Session& session, const TokenReadiness::Wish& wish) {
  return wish.min_validity ? Duration(*wish.min_validity) : default_validity(session.tokens()->life());
}

// Whether the server gives less than it used to, so that it can no longer fill a wish that it always could: it ends
// its own session. The caller is not wrong then, and gets what there is.
bool server_gives_less(const Session& session, Duration wanted) {
  const Duration longest = session.plan().longest_life;
  return wanted >= session.tokens()->life() || wanted <= longest - refresh_floor(longest);
}

// The moment from which a refresh may be forced by a token that the FHIR server rejects.
BootTime forced_from(const RefreshPlan& plan) {
  return plan.refreshed_at ? std::max(plan.not_before, *plan.refreshed_at + between_forced) : plan.not_before;
}

}  // namespace

Result<Session*> TokenReadiness::find(const Wish& wish) {
  Session* session = store_.find(wish.session);
  if (session == nullptr || session->epoch != wish.epoch)
    return fail(errors::UnknownSession{"no such session: launch first"});
  if (session->tokens() == nullptr) return fail(ended(*session));
  return session;
}

Result<TokenReadiness::Verdict> TokenReadiness::judge(const Wish& wish) {
  const auto found = find(wish);
  if (!found) return std::unexpected(found.error());
  Session& session = **found;
  const Duration life = session.tokens()->life();
  const Duration longest = std::max(life, session.plan().longest_life);
  const Duration validity = wanted(session, wish);
  // A token has never its whole life before it: it was on its way.
  if (validity < Duration::zero() || (validity > Duration::zero() && validity >= longest))
    return fail(asks_too_much("this server's tokens live", longest));
  const Duration remaining = session.remaining(clock_.now());
  const Duration enough = validity < life ? validity : default_validity(life);
  if (usable(session, clock_.now()) && remaining >= enough && !session.has_access_token(wish.rejected))
    return Verdict::ready;
  if (session.state() == session::State::refreshing) return wait_unless_down(session);
  if (session.plan().phase != RefreshPlan::Phase::over) return force(session, wish);
  return fail(reauthentication(
      session, session.refreshable() ? std::string_view(session.plan().last_failure) : "no_refresh_token"));
}

Result<TokenReadiness::Verdict> TokenReadiness::wait_unless_down(const Session& session) const {
  if (!server_health_.down(session.server)) return Verdict::wait;
  const std::string trouble = server_health_.record(session.server).last_trouble;
  if (session.plan().last_failure.empty() && !trouble.empty() && !server_health_.needs_people(session.server))
    return fail(unavailable(session, trouble + "; use the app's fallback, and try again later"));
  return fail(unavailable(session, why(session)));
}

// What only people can mend is told as the server's last answer showed it: with its host, its file, its member.
std::string TokenReadiness::why(const Session& session) const {
  if (server_health_.down(session.server) && server_health_.needs_people(session.server))
    return server_health_.record(session.server).last_trouble + "; use the app's fallback until that is mended";
  return why_no_token(session.plan().last_failure);
}

// A blip is waited out: an attempt that failed, and the next is near. A server that is known to be down is told of at
// once, and so is what people must mend first; so is the second failure to whoever has a token, and was refused with
// it: its app knows what to do meanwhile.
bool TokenReadiness::worth_waiting(const Session& session, const Wish& wish) const {
  constexpr Duration soon = 4s;
  const BootTime next = std::max(session.plan().not_before, session.plan().due);
  const bool patient =
      wish.rejected.empty() || !session.has_access_token(wish.rejected) || session.plan().failures <= 1;
  return !server_health_.down(session.server) && !waits_for_people(session.plan().last_failure) && patient &&
         next <= clock_.now() + soon;
}

// The plan says when the next attempt goes.
Error TokenReadiness::unavailable(const Session& session, std::string reason) const {
  errors::ServerUnavailable error{.server = session.server, .reason = std::move(reason)};
  // Before the first failure the plan knows of none; the attempt under way has its answer by then.
  const BootTime due = session.plan().failures == 0 ? clock_.now() + patience : session.plan().due;
  if (due == BootTime::max()) return error;
  error.retry_after = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(due - clock_.now()));
  // The plan of a server that is down is the net below its probes: those notice its return long before.
  if (server_health_.down(session.server)) error.retry_after = std::min(*error.retry_after, longest_pause_while_down);
  return error;
}

// The token is not good enough: a refresh goes now if the plan allows one.
Result<TokenReadiness::Verdict> TokenReadiness::force(Session& session, const Wish& wish) {
  const BootTime now = clock_.now();
  const bool rejected = session.has_access_token(wish.rejected);
  const BootTime from = rejected ? forced_from(session.plan()) : session.plan().not_before;
  if (now >= from && refresher_.start_now(session)) return wait_unless_down(session);
  if (session.plan().failures > 0) {
    if (worth_waiting(session, wish)) return Verdict::wait;
    return fail(unavailable(session, why(session)));
  }
  if (rejected)
    return fail(rate_limited(from - now, "this token was refreshed less than a minute ago: wait, then ask again"));
  // Next to nothing is left of it: the next refresh is as near as its end.
  if (!usable(session, now) || session.remaining(now) < default_validity(session.tokens()->life()))
    return Verdict::wait;
  if (server_gives_less(session, wanted(session, wish))) return Verdict::ready;
  return fail(rate_limited(from - now, "this token was refreshed a moment ago: wait, then ask again, or ask for less"));
}

Result<void> TokenReadiness::answer_with_what_came(const Wish& wish) {
  const auto found = find(wish);
  if (!found) return std::unexpected(found.error());
  const Session& session = **found;
  const BootTime now = clock_.now();
  const Duration remaining = session.remaining(now);
  const Duration validity = wanted(session, wish);
  if (!usable(session, now)) return fail(unavailable(session, why_no_token("token_over")));
  if (session.has_access_token(wish.rejected))
    return fail(
        rate_limited(forced_from(session.plan()) - now, "the server gave the same token again: wait, then ask again"));
  if (remaining >= validity || server_gives_less(session, validity)) return {};
  return fail(asks_too_much("a token that has just come is good for", remaining));
}

asio::awaitable<Result<void>> TokenReadiness::obtain(Wish wish) {
  const BootTime deadline = clock_.now() + patience;
  std::optional<std::uint64_t> had;  // the generation of the tokens that were not good enough
  for (;;) {
    const auto session = find(wish);
    if (!session) co_return std::unexpected(session.error());
    const std::uint64_t generation = (*session)->tokens()->generation;
    if (had && generation != *had) co_return answer_with_what_came(wish);
    had = generation;
    const Result<Verdict> verdict = judge(wish);
    if (!verdict) co_return std::unexpected(verdict.error());
    if (*verdict == Verdict::ready) co_return Result<void>{};
    if (clock_.now() >= deadline) co_return fail(unavailable(**session, why(**session)));
    co_await clock_.wait((*session)->changed, deadline);
  }
}

}  // namespace wardend::refresh

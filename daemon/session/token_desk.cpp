#include "daemon/session/token_desk.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "daemon/session/refresh_policy.hpp"

namespace wardend::session {
namespace {

constexpr Duration between_forced = 60s;

Error rate_limited(Duration wait) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return Error{Errc::RateLimited, "this token was refreshed less than a minute ago: wait, then ask again"}.with(
      "retry_after_ms", std::int64_t{ms});
}

Error ended(const Session& session) {
  if (const Cleared* cleared = session.cleared())
    return Error{Errc::SessionCleared, "the session has been cleared: launch again"}
        .with("reason", std::string(name_of(cleared->reason)))
        .with("at", unix_seconds(cleared->at));
  return Error{Errc::ReauthenticationRequired, "the server ended this session: launch again"}
      .with("session", session.id)
      .with("reason", session.last_failure);
}

}  // namespace

Result<TokenDesk::Verdict> TokenDesk::judge(const Wish& wish) {
  Session* session = store_.find(wish.session);
  if (session == nullptr || session->epoch != wish.epoch)
    return fail(Errc::UnknownSession, "no such session: launch first");
  const Tokens* tokens = session->tokens();
  if (tokens == nullptr) return std::unexpected(ended(*session));
  const Duration life = tokens->life();
  const Duration wanted = wish.min_validity ? Duration(*wish.min_validity) : default_validity(life);
  if (wanted > life || wanted < Duration::zero())
    return std::unexpected(
        Error{Errc::InvalidRequest, ""}
            .with("field", std::string("min_validity"))
            .with("reason", "this server's tokens live " +
                                std::to_string(std::chrono::floor<std::chrono::seconds>(life).count()) +
                                " s: ask for no more than that"));
  const Duration remaining = session->remaining(clock_.now());
  const bool refused_by_server =
      !wish.rejected.empty() && remaining > Duration::zero() && hex(sha256(tokens->access.reveal())) == wish.rejected;
  if (remaining > Duration::zero() && remaining >= wanted && !refused_by_server) return Verdict::ready;
  if (!session->refreshable())
    return std::unexpected(Error{Errc::ReauthenticationRequired, "this session cannot be refreshed: launch again"}
                               .with("session", session->id)
                               .with("reason", std::string("no_refresh_token")));
  return force(*session, wish);
}

Result<TokenDesk::Verdict> TokenDesk::force(Session& session, const Wish& wish) {
  if (session.state() == State::refreshing) return Verdict::wait;
  const BootTime now = clock_.now();
  Duration wait = floor_wait(session.last_refresh, session.tokens()->life(), now);
  if (!wish.rejected.empty() && session.last_refresh)
    wait = std::max(wait, *session.last_refresh + between_forced - now);
  if (wait > Duration::zero() && session.failures == 0) return std::unexpected(rate_limited(wait));
  refresher_.start_now(session);
  return Verdict::wait;
}

asio::awaitable<Result<void>> TokenDesk::obtain(Wish wish) {
  const BootTime deadline = clock_.now() + patience;
  for (;;) {
    const Result<Verdict> verdict = judge(wish);
    if (!verdict) co_return std::unexpected(verdict.error());
    if (*verdict == Verdict::ready) co_return Result<void>{};
    if (clock_.now() >= deadline)
      co_return fail(Errc::ServerUnavailable,
                     "the server did not answer in time: try again, and use the app's fallback");
    Session* session = store_.find(wish.session);
    co_await clock_.wait(session->changed, deadline);
    // A rejected token has been replaced by now, or its refresh has failed: either way it is not forced twice.
    session = store_.find(wish.session);
    if (session != nullptr && session->failures == 0 && !session->unanswered) wish.rejected.clear();
  }
}

}  // namespace wardend::session

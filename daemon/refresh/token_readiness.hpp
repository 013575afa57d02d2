// Where a caller's wish for a token meets the session: is its token good for long enough, must a refresh be joined, or
// is there nothing to give? Knows nothing of callers or of the wire.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "daemon/refresh/refresher.hpp"
#include "daemon/session/store.hpp"

namespace wardend::refresh {

class TokenReadiness {
 public:
  // How long a caller waits for a refresh before it is told that the server does not answer.
  static constexpr Duration patience = 8s;

  TokenReadiness(Clock& clock, session::SessionStore& store, server::ServerHealth& server_health, Refresher& refresher)
      : clock_(clock), store_(store), server_health_(server_health), refresher_(refresher) {}

  struct Wish {
    std::string session;
    workstation::EpochNumber epoch = 0;
    std::optional<std::chrono::seconds> min_validity = {};
    std::string rejected = {};  // SHA-256 in hex of a token that the FHIR server refused
  };
  // What there is to do about a wish, at once: ready (the token may be handed out), or wait for a refresh.
  enum class Verdict { ready, wait };
  // Errors: UnknownSession, SessionCleared, ReauthenticationRequired, InvalidRequest, RateLimited; ServerUnavailable
  // where waiting would not help: the server is down, or the next attempt is too far away.
  [[nodiscard]] Result<Verdict> judge(const Wish& wish);
  // Waits for one refresh at most: a token that has just come is the best that the server gives. Besides judge's
  // errors: ServerUnavailable after `patience`, or when what came is over already.
  [[nodiscard]] asio::awaitable<Result<void>> obtain(Wish wish);

 private:
  [[nodiscard]] Result<session::Session*> find(const Wish& wish);
  [[nodiscard]] Result<Verdict> force(session::Session& session, const Wish& wish);
  // A refresh is under way; nobody waits for a server that is known to be down.
  [[nodiscard]] Result<Verdict> wait_unless_down(const session::Session& session) const;
  // Whether a refresh that could not be started yet comes so soon that a caller may wait for it.
  [[nodiscard]] bool worth_waiting(const session::Session& session, const Wish& wish) const;
  // Why there is no new token, and what to do, in a sentence.
  [[nodiscard]] std::string why(const session::Session& session) const;
  [[nodiscard]] Error unavailable(const session::Session& session, std::string reason) const;
  [[nodiscard]] Result<void> answer_with_what_came(const Wish& wish);

  Clock& clock_;
  session::SessionStore& store_;
  server::ServerHealth& server_health_;
  Refresher& refresher_;
};

}  // namespace wardend::refresh

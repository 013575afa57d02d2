// When the tokens of one session are refreshed, as a value. daemon/refresh makes it: after() there says what follows
// from an outcome, and the folder's README has the picture of the phases.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace wardend::session {

struct RefreshPlan {
  enum class Phase {
    fresh,       // the last attempt brought good tokens, or there was none yet
    failing,     // attempts fail in a way that may pass
    rejected,    // the server does not accept the client: the next attempt reads discovery anew first
    doubted,     // a refusal that is none of OAuth's: tried on while the token lives, and once more after its end
    reworded,    // the server wants the request in its other form, which goes next
    contested,   // the grant was refused right after an outage: asked once more
    unanswered,  // an attempt was sent and got no reply: the refresh token may be spent
    over,        // there is no refresh token, or it may not be sent again
  };
  Phase phase = Phase::over;
  BootTime due = BootTime::max();             // when the next attempt begins by itself
  BootTime not_before = BootTime::min();      // earlier than this nobody can begin one
  BootTime wished = BootTime::min();          // earlier than this the server wants none, unless somebody waits
  std::optional<BootTime> attempted_at = {};  // when the last request was sent
  std::optional<BootTime> refreshed_at = {};  // when the last one that brought tokens was sent
  Duration longest_life = {};                 // of all tokens so far: what a caller may count on
  unsigned failures = 0;                      // in a row
  std::string last_failure = {};              // a word for people and logs

  [[nodiscard]] bool may_attempt(BootTime now) const { return phase != Phase::over && now >= not_before; }
  friend bool operator==(const RefreshPlan&, const RefreshPlan&) = default;
};

[[nodiscard]] constexpr std::string_view name_of(RefreshPlan::Phase phase) {
  switch (phase) {
    case RefreshPlan::Phase::fresh:
      return "fresh";
    case RefreshPlan::Phase::failing:
      return "failing";
    case RefreshPlan::Phase::rejected:
      return "rejected";
    case RefreshPlan::Phase::doubted:
      return "doubted";
    case RefreshPlan::Phase::reworded:
      return "reworded";
    case RefreshPlan::Phase::contested:
      return "contested";
    case RefreshPlan::Phase::unanswered:
      return "unanswered";
    case RefreshPlan::Phase::over:
      return "over";
  }
  return "over";
}

}  // namespace wardend::session

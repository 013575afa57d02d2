// When to refresh, when to try again, and whether a request without a reply may be repeated: pure functions of times
// and numbers.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "config/model.hpp"

namespace wardend::refresh {

// A fifth of the token's life, at least 30 s, at most 10 min, never more than half the life; a configured lead replaces
// the fifth, not the bounds of half the life.
[[nodiscard]] Duration refresh_lead(Duration life, std::optional<config::Milliseconds> configured);

// When a token obtained at `obtained_at` is refreshed: lead before its expiry, and earlier by up to half the lead
// (`jitter` in [0,1), drawn once a token).
[[nodiscard]] BootTime planned_refresh(BootTime obtained_at, Duration life,
                                       std::optional<config::Milliseconds> configured, double jitter);

// The same for a launch's first tokens: where they live longer than ten minutes, after less than a whole turn. People
// sit down together when a shift starts, and their first refreshes must not come together too.
[[nodiscard]] BootTime first_refresh(BootTime obtained_at, Duration life,
                                     std::optional<config::Milliseconds> configured, double jitter);

// How long until the next refresh of somebody whom one looks at a random moment, of all who refresh tokens of that life
// in their own time; nothing where it is over already. Whoever joins them, or joins them anew, waits that long: in no
// moment then more refreshes are due than sessions are there for, however many join at once. `jitter` in [0,1).
[[nodiscard]] Duration part_of_turn(Duration life, std::optional<config::Milliseconds> configured, double jitter);

// The jitter of one token, from the machine and the session: a fleet spreads out, a restart draws the same again.
[[nodiscard]] double token_jitter(std::string_view machine_id, std::string_view session, std::uint64_t generation);

// The shortest time between two refreshes of one session, retries aside: a minute. For tokens that live under two
// minutes: half their life, and at least a second.
[[nodiscard]] Duration refresh_floor(Duration life);
// What is left to wait until the next refresh may be sent; zero: it may go now. `last_refresh`: when the last one was
// sent.
[[nodiscard]] Duration floor_wait(std::optional<BootTime> last_refresh, Duration life, BootTime now);

// After a request was sent and no reply came: when it may be repeated; nullopt: never. While the access token lives one
// replay is risked, and `late` with the last of its life: 30 s or a tenth of it, whichever is less. What broke the
// reply may still be there a moment later, so that the replay is a second or two away at least. From the token's expiry
// on a replay has nothing left to lose, and only an answer ends the session.
struct Unanswered {
  config::Replay policy = config::Replay::late;
  bool replayed = false;
  Duration life = {};
  double jitter = 0;  // in [0,1)
};
[[nodiscard]] std::optional<BootTime> replay_time(const Unanswered& request, BootTime expires_at, BootTime now);

// min_validity when the caller names none: 30 s or a tenth of the life, whichever is less.
[[nodiscard]] Duration default_validity(Duration life);

// After a suspend: when a refresh goes that was planned for `planned`. One that fell due in the sleep goes `spread`
// from now, every other keeps its time.
[[nodiscard]] BootTime planned_after_sleep(BootTime planned, BootTime now, Duration spread);

// After an outage or a suspend: how long a session waits that nobody waits on, whose token is over. Part of a turn;
// of half a minute where that is longer.
[[nodiscard]] Duration recovery_spread(Duration life, std::optional<config::Milliseconds> configured, double jitter);

}  // namespace wardend::refresh

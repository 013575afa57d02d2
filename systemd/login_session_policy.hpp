// What logind says of a login session, and what follows: whether it may hold clinical sessions at all, whether somebody
// may be in front of it now, and which change must clear it. Pure: the table of README.md beside this file. A word that
// is not in the table never grants. Spec: org.freedesktop.login1(5), the properties of a session object.
#pragma once

#include <optional>

#include "base/clear_reason.hpp"
#include "base/lock_source.hpp"

namespace wardend::systemd {

// A user's own desktop, or their console at a seat; what a network login or a job of cron is not. Not for one that is
// closing: its user has left.
[[nodiscard]] bool may_hold(const LoginSession& session);

// A desktop: what programs under the user's own manager can belong to.
[[nodiscard]] bool is_desktop(const LoginSession& session);

// Nobody may be assumed in front of it: it may hold nothing, or is locked, or another one has its seat.
[[nodiscard]] bool is_locked(const LoginSession& session);

// What a PropertiesChanged signal carried. A property that was announced without its value is `unreadable`.
struct SessionChange {
  std::optional<bool> locked = {};
  std::optional<bool> active = {};
  bool unreadable = false;
};

// `before` with the change applied; what is unreadable takes its safe value.
[[nodiscard]] LoginSession changed(LoginSession before, const SessionChange& change);

// An unlock by somebody at the seat. A reading that finds unlocked what was locked is none: a restarted logind has
// forgotten every lock.
[[nodiscard]] bool is_unlock(const LoginSession& before, const SessionChange& change);

// Why the step from `before` to `after` clears; nullopt: it does not. A login session off the seats (a desktop on a
// terminal server) is never switched away from.
[[nodiscard]] std::optional<ClearReason> why_clear(const LoginSession& before, const LoginSession& after);

// For how long a sleep is delayed for revocations: two seconds, and well within `most`, logind's InhibitDelayMaxUSec,
// after which it sleeps all the same; nullopt: unknown, its own 5 s are assumed.
[[nodiscard]] Duration sleep_delay(std::optional<Duration> most);

}  // namespace wardend::systemd

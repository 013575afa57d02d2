// When what logind says of a login session must clear it. Pure: the table of DESIGN.md's "Lock sources" that concerns
// one login session's own properties. Spec: org.freedesktop.login1(5), properties LockedHint and Active.
#pragma once

#include <optional>

#include "base/clear_reason.hpp"
#include "base/lock_source.hpp"

namespace wardend::systemd {

// What a PropertiesChanged signal carried. A property that was announced without its value is `unreadable`.
struct SessionChange {
  std::optional<bool> locked = {};
  std::optional<bool> active = {};
  bool unreadable = false;
};

// `before` with the change applied; what is unreadable takes its safe value.
[[nodiscard]] LoginSession changed(LoginSession before, const SessionChange& change);

// Why the step from `before` to `after` clears; nullopt: it does not. A login session off the seats (ssh, cron) is
// never switched away from.
[[nodiscard]] std::optional<ClearReason> why_clear(const LoginSession& before, const LoginSession& after);

}  // namespace wardend::systemd

#include "systemd/login_session_policy.hpp"

#include <utility>

namespace wardend::systemd {

LoginSession changed(LoginSession before, const SessionChange& change) {
  if (change.unreadable) {
    before.locked = true;
    before.active = false;
  }
  if (change.locked) before.locked = *change.locked;
  if (change.active) before.active = *change.active;
  return before;
}

std::optional<ClearReason> why_clear(const LoginSession& before, const LoginSession& after) {
  if (after.locked && !before.locked) return ClearReason::os_lock;
  if (!after.seat.empty() && !after.active && before.active) return ClearReason::session_inactive;
  if (before.uid != after.uid) return ClearReason::session_removed;
  return std::nullopt;
}

}  // namespace wardend::systemd

#include "systemd/login_session_policy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace wardend::systemd {
namespace {

constexpr std::array<std::string_view, 3> desktop_types = {"x11", "wayland", "mir"};
constexpr std::array<std::string_view, 2> console_types = {"tty", "unspecified"};
constexpr std::array<std::string_view, 3> running_states = {"opening", "online", "active"};

constexpr Duration longest_sleep_delay = 2s;

bool one_of(const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool seated(const LoginSession& session) { return !session.seat.empty(); }

}  // namespace

bool may_hold(const LoginSession& session) {
  if (session.kind != "user" || !one_of(running_states, session.state)) return false;
  if (!seated(session)) return one_of(desktop_types, session.type);
  return !session.remote && (one_of(desktop_types, session.type) || one_of(console_types, session.type));
}

bool is_desktop(const LoginSession& session) { return may_hold(session) && one_of(desktop_types, session.type); }

bool is_locked(const LoginSession& session) {
  return !may_hold(session) || session.locked || (seated(session) && !session.active);
}

LoginSession changed(LoginSession before, const SessionChange& change) {
  if (change.unreadable) {
    before.locked = true;
    before.active = false;
  }
  if (change.locked) before.locked = *change.locked;
  if (change.active) before.active = *change.active;
  return before;
}

bool is_unlock(const LoginSession& before, const SessionChange& change) {
  return before.locked && change.locked == false && !is_locked(changed(before, change));
}

std::optional<ClearReason> why_clear(const LoginSession& before, const LoginSession& after) {
  if (before.uid != after.uid) return ClearReason::session_removed;
  if (after.locked && !before.locked) return ClearReason::os_lock;
  if (seated(after) && !after.active && before.active) return ClearReason::session_inactive;
  if (may_hold(before) && !may_hold(after)) return ClearReason::session_removed;
  return std::nullopt;
}

Duration sleep_delay(std::optional<Duration> most) {
  return most ? std::min<Duration>(longest_sleep_delay, *most * 4 / 5) : longest_sleep_delay;
}

}  // namespace wardend::systemd

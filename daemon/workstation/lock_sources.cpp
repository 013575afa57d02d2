#include "daemon/workstation/lock_sources.hpp"

#include <algorithm>
#include <charconv>

#include "systemd/login_session_policy.hpp"

namespace wardend::workstation {
namespace {

constexpr std::string_view user_prefix = "uid:";

}  // namespace

std::string login_session_of_user(uid_t uid) { return std::string(user_prefix) + std::to_string(uid); }

std::optional<uid_t> user_in_name(std::string_view login_session) {
  if (!login_session.starts_with(user_prefix)) return std::nullopt;
  const std::string_view digits = login_session.substr(user_prefix.size());
  uid_t uid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  return error == std::errc() && end == digits.data() + digits.size() ? std::optional(uid) : std::nullopt;
}

bool LockSources::ready() const {
  return std::ranges::all_of(sources_, [](const LockSource* source) { return source->live(); });
}

std::string LockSources::trouble() const {
  for (const LockSource* source : sources_)
    if (!source->live()) return source->trouble();
  return {};
}

const LockSource* LockSources::logind() const {
  const auto found =
      std::ranges::find_if(sources_, [](const LockSource* source) { return source->name() == "logind"; });
  return found == sources_.end() ? nullptr : *found;
}

std::vector<LoginSession> LockSources::login_sessions() const {
  const LockSource* source = logind();
  return source == nullptr ? std::vector<LoginSession>() : source->all();
}

std::optional<LoginSession> LockSources::find(std::string_view login_session) const {
  const LockSource* source = logind();
  return source == nullptr ? std::nullopt : source->find(login_session);
}

std::string LockSources::login_session_of(const ProcessPlace& place) const {
  if (!uses_logind()) return login_session_of_user(place.uid);
  if (!place.login_session.empty()) {
    const auto known = find(place.login_session);
    return known && !systemd::may_hold(*known) ? std::string() : place.login_session;
  }
  if (!place.under_user_manager) return login_session_of_user(place.uid);
  std::string only;
  for (const LoginSession& session : login_sessions()) {
    if (session.uid != place.uid || !systemd::is_desktop(session)) continue;
    if (!only.empty()) return {};
    only = session.id;
  }
  return only;
}

std::string LockSources::seated_session_of(uid_t uid) const {
  if (!uses_logind()) return login_session_of_user(uid);
  const LockSource* source = logind();
  if (source == nullptr || !source->live()) return {};
  std::string only;
  for (const LoginSession& session : source->all()) {
    if (session.uid != uid || session.seat.empty() || systemd::is_locked(session)) continue;
    if (!only.empty()) return {};
    only = session.id;
  }
  return only;
}

bool LockSources::may_hold(std::string_view login_session) const {
  const auto session = find(login_session);
  return session && systemd::may_hold(*session);
}

bool LockSources::exists(std::string_view login_session) const {
  return user_in_name(login_session) || find(login_session).has_value();
}

bool LockSources::is_locked(std::string_view login_session) const {
  if (user_in_name(login_session)) return false;
  const auto session = find(login_session);
  return !session || systemd::is_locked(*session);
}

}  // namespace wardend::workstation

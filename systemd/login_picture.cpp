#include "systemd/login_picture.hpp"

#include <utility>

namespace wardend::systemd {

std::optional<LoginSession> LoginPicture::find(std::string_view id) const {
  for (const auto& [path, session] : by_path_)
    if (session.id == id) return as_it_stands(session);
  return std::nullopt;
}

std::vector<LoginSession> LoginPicture::all() const {
  std::vector<LoginSession> sessions;
  sessions.reserve(by_path_.size());
  for (const auto& [path, session] : by_path_) sessions.push_back(as_it_stands(session));
  return sessions;
}

const LoginSession* LoginPicture::at(const std::string& path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

LoginSession LoginPicture::as_it_stands(LoginSession session) const {
  session.locked = session.locked || asleep_;
  return session;
}

void LoginPicture::begin_reading_all() {
  begin_reading();
  unread_.clear();
}

void LoginPicture::ask_again_by_id(std::string_view id) {
  for (const auto& [path, session] : by_path_)
    if (session.id == id) unread_.insert(path);
}

std::optional<std::string> LoginPicture::take_unread() {
  if (unread_.empty()) return std::nullopt;
  return std::move(unread_.extract(unread_.begin()).value());
}

LoginPicture::News LoginPicture::take(const std::string& path, LoginSession now) {
  const auto [found, added] = by_path_.try_emplace(path, now);
  News news{.login_session = now.id, .clear = added ? std::nullopt : why_clear(found->second, now)};
  found->second = std::move(now);
  return news;
}

std::optional<LoginPicture::News> LoginPicture::take_reply(const std::string& path, LoginSession now) {
  if (ended_.contains(path)) return std::nullopt;
  if (unread_.contains(path)) {
    const LoginSession* known = at(path);
    if (known == nullptr) return std::nullopt;
    now.locked = now.locked || known->locked;
    now.active = now.active && known->active;
  }
  return take(path, std::move(now));
}

std::optional<LoginPicture::News> LoginPicture::take_silence(const std::string& path) {
  const LoginSession* known = at(path);
  if (known == nullptr) return std::nullopt;
  return take(path, changed(*known, {.unreadable = true}));
}

std::optional<LoginPicture::News> LoginPicture::remove(const std::string& path) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return std::nullopt;
  News news{.login_session = found->second.id, .clear = ClearReason::session_removed};
  by_path_.erase(found);
  return news;
}

LoginPicture::News LoginPicture::end(const std::string& path, const std::string& id) {
  by_path_.erase(path);
  ended_.insert(path);
  return {.login_session = id, .clear = ClearReason::session_removed};
}

std::vector<std::string> LoginPicture::missing_from(const std::map<std::string, LoginSession>& listed) const {
  std::vector<std::string> gone;
  for (const auto& [path, session] : by_path_)
    if (!listed.contains(path)) gone.push_back(path);
  return gone;
}

void LoginPicture::fall_asleep() {
  asleep_ = true;
  woken_ = false;
}

void LoginPicture::read_after_wake() {
  if (std::exchange(woken_, false)) asleep_ = false;
}

void LoginPicture::forget_owner() {
  asleep_ = false;
  unread_.clear();
}

}  // namespace wardend::systemd

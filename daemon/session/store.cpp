#include "daemon/session/store.hpp"

#include <algorithm>

namespace wardend::session {

Session& SessionStore::add(std::unique_ptr<Session> session) {
  Session& added = *session;
  by_login_session_[added.login_session].insert(&added);
  sessions_.emplace(added.id, std::move(session));
  return added;
}

void SessionStore::erase(Session& session) {
  unschedule(session);
  const auto group = by_login_session_.find(session.login_session);
  group->second.erase(&session);
  if (group->second.empty()) by_login_session_.erase(group);
  sessions_.erase(std::string(session.id));
}

Session* SessionStore::find(const std::string& id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Session* SessionStore::find_live(const std::string& id, workstation::EpochNumber epoch) {
  Session* session = find(id);
  return session != nullptr && session->epoch == epoch && session->state() != State::cleared ? session : nullptr;
}

std::vector<Session*> SessionStore::of_login_session(const std::string& login_session) {
  const auto group = by_login_session_.find(login_session);
  if (group == by_login_session_.end()) return {};
  return {group->second.begin(), group->second.end()};
}

std::vector<std::string> SessionStore::login_sessions() const {
  std::vector<std::string> names;
  names.reserve(by_login_session_.size());
  for (const auto& [name, group] : by_login_session_) names.push_back(name);
  return names;
}

bool SessionStore::any(const std::string& login_session, uid_t uid) const {
  const auto group = by_login_session_.find(login_session);
  return group != by_login_session_.end() && std::ranges::any_of(group->second, [&](const Session* session) {
           return session->uid == uid && session->cleared() == nullptr;
         });
}

std::vector<Session*> SessionStore::all() {
  std::vector<Session*> sessions;
  sessions.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) sessions.push_back(session.get());
  std::ranges::sort(sessions, {}, [](const Session* session) { return session->started_boot; });
  return sessions;
}

void SessionStore::unschedule(Session& session) {
  const auto [first, last] = schedule_.equal_range(session.due_at);
  const auto entry = std::find_if(first, last, [&](const auto& item) { return item.second == &session; });
  if (entry != last) schedule_.erase(entry);
}

void SessionStore::schedule(Session& session, BootTime due) {
  unschedule(session);
  const bool earlier = due < next_due();
  session.due_at = due;
  schedule_.emplace(due, &session);
  if (earlier) schedule_changed_.notify_all();
}

Session* SessionStore::due(BootTime now) {
  return schedule_.empty() || schedule_.begin()->first > now ? nullptr : schedule_.begin()->second;
}

BootTime SessionStore::next_due() const { return schedule_.empty() ? BootTime::max() : schedule_.begin()->first; }

}  // namespace wardend::session

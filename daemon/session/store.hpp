// All sessions, by id and by login session, and the one schedule of what is due when. Ids are never reused. A cleared
// session stays as a tombstone without secrets until it is forgotten.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "daemon/session/session.hpp"

namespace wardend::session {

class SessionStore {
 public:
  // Takes a session in; it stays at its address until erase().
  Session& add(std::unique_ptr<Session> session);
  // Forgets it. No pointer or reference to it may be used any more.
  void erase(Session& session);

  // Cleared ones too, while they are remembered; nullptr: there is none of that id.
  [[nodiscard]] Session* find(const std::string& id);
  // The session if it still belongs to `epoch` and has not been cleared: what a coroutine asks after each await.
  [[nodiscard]] Session* find_live(const std::string& id, workstation::EpochNumber epoch);
  [[nodiscard]] std::vector<Session*> of_login_session(const std::string& login_session);
  // The login sessions in which there is one; and whether `uid` has one in `login_session` that is not cleared.
  [[nodiscard]] std::vector<std::string> login_sessions() const;
  [[nodiscard]] bool any(const std::string& login_session, uid_t uid) const;
  [[nodiscard]] std::vector<Session*> all();
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

  // Moves the session's one entry in the schedule.
  void schedule(Session& session, BootTime due);
  // The session that is due first, if any is due by `now`.
  [[nodiscard]] Session* due(BootTime now);
  [[nodiscard]] BootTime next_due() const;
  // Notified when the earliest entry moved forward.
  [[nodiscard]] Event& schedule_changed() { return schedule_changed_; }

 private:
  void unschedule(Session& session);
  std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;
  std::unordered_map<std::string, std::unordered_set<Session*>> by_login_session_;
  std::multimap<BootTime, Session*> schedule_;
  Event schedule_changed_;
};

}  // namespace wardend::session

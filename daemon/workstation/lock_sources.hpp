// What the lock sources say now: whether each of them is live, which login sessions there are, and to which of them a
// process or a browser belongs. It remembers nothing.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/lock_source.hpp"
#include "config/live.hpp"

namespace wardend::workstation {

// A login session that is named by a user, "uid:1000": of callers outside of logind's login sessions, and of all where
// logind is not a lock source.
[[nodiscard]] std::string login_session_of_user(uid_t uid);
// The user in such a name; nullopt: it is logind's name.
[[nodiscard]] std::optional<uid_t> user_in_name(std::string_view login_session);

// Where a process stands, as the kernel's cgroup facts tell.
struct ProcessPlace {
  uid_t uid = 0;
  std::string login_session = {};   // "c2", from session-c2.scope
  bool under_user_manager = false;  // user@UID.service: belongs to the user's one graphical session
};

class LockSources {
 public:
  explicit LockSources(const config::Live& config) : config_(config) {}

  // Called once for each source that the configuration lists, before the loop runs.
  void attach(const LockSource& source) { sources_.push_back(&source); }
  [[nodiscard]] const std::vector<const LockSource*>& all() const { return sources_; }
  [[nodiscard]] bool uses_logind() const { return config_.get().broker.has_lock_source("logind"); }

  // True while every listed source is live. trouble(): what is missing and what to do, in a sentence.
  [[nodiscard]] bool ready() const;
  [[nodiscard]] std::string trouble() const;

  // As logind was last read; nothing while it is not live.
  [[nodiscard]] std::vector<LoginSession> login_sessions() const;
  [[nodiscard]] std::optional<LoginSession> find(std::string_view login_session) const;

  // The name of the login session that a process belongs to. Empty: it is under the user's manager with no desktop, or
  // with more than one; or its login session may hold nothing (ssh, a greeter).
  [[nodiscard]] std::string login_session_of(const ProcessPlace& place) const;
  // The one login session that a browser of `uid` can belong to: active, unlocked, seated. Empty: none, or several.
  [[nodiscard]] std::string seated_session_of(uid_t uid) const;
  // Whether logind knows it, as one in which sessions may begin.
  [[nodiscard]] bool may_hold(std::string_view login_session) const;
  // Whether it is there: one that is named by a user always is.
  [[nodiscard]] bool exists(std::string_view login_session) const;
  // What cannot be read counts as locked. A login session that is named by a user never is.
  [[nodiscard]] bool is_locked(std::string_view login_session) const;

 private:
  [[nodiscard]] const LockSource* logind() const;

  const config::Live& config_;
  std::vector<const LockSource*> sources_;
};

}  // namespace wardend::workstation

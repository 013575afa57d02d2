// The login sessions as logind has told them, and what each piece of news changes. Pure: no bus and no listener. Every
// change comes back as a value that says what must clear, which `Logind` tells in the same turn.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/lock_source.hpp"
#include "systemd/login_session_policy.hpp"

namespace wardend::systemd {

class LoginPicture {
 public:
  // What the picture's owner must tell: the login session that changed, and why it must clear, if it must.
  struct News {
    std::string login_session;
    std::optional<ClearReason> clear = {};
    bool operator==(const News&) const = default;
  };

  // As it stands now: locked while the machine falls asleep or is not read again after the wake. nullopt: unknown.
  [[nodiscard]] std::optional<LoginSession> find(std::string_view id) const;
  [[nodiscard]] std::vector<LoginSession> all() const;
  // As it was last read; nullptr: that object path is unknown.
  [[nodiscard]] const LoginSession* at(const std::string& path) const;
  [[nodiscard]] std::size_t size() const { return by_path_.size(); }

  // A reading begins: of one login session, or of all.
  void begin_reading() { ended_.clear(); }
  void begin_reading_all();
  // Asks for another reading of a path, or of the login sessions whose file has that name.
  void ask_again(const std::string& path) { unread_.insert(path); }
  void ask_again_by_id(std::string_view id);
  // The next path to read, which is then no longer asked for.
  [[nodiscard]] std::optional<std::string> take_unread();
  [[nodiscard]] bool has_unread() const { return !unread_.empty(); }
  // Whether a signal said since the reading began that the login session has ended.
  [[nodiscard]] bool ended_meanwhile(const std::string& path) const { return ended_.contains(path); }

  // What logind says now.
  [[nodiscard]] News take(const std::string& path, LoginSession now);
  // The same as a reply, which may be older than a signal that came meanwhile: then it may lock, and not unlock or
  // bring back. nullopt: nothing is known of it any more.
  [[nodiscard]] std::optional<News> take_reply(const std::string& path, LoginSession now);
  // logind did not answer for it: it stays, locked.
  [[nodiscard]] std::optional<News> take_silence(const std::string& path);
  // It is gone, as a reading found. nullopt: it was not known.
  [[nodiscard]] std::optional<News> remove(const std::string& path);
  // It is gone, as a signal says, whether it was known or not.
  [[nodiscard]] News end(const std::string& path, const std::string& id);
  // Of the paths known, those that `listed` lacks.
  [[nodiscard]] std::vector<std::string> missing_from(const std::map<std::string, LoginSession>& listed) const;

  // From PrepareForSleep on nobody is there, until everything has been read after the wake.
  void fall_asleep();
  void wake() { woken_ = true; }
  [[nodiscard]] bool asleep() const { return asleep_; }
  // Everything is being read: after a wake the picture counts again from here on.
  void read_after_wake();
  // Another logind speaks from now on: it owes a reading of everything.
  void forget_owner();

 private:
  [[nodiscard]] LoginSession as_it_stands(LoginSession session) const;

  std::map<std::string, LoginSession> by_path_;  // object path -> as last read
  std::set<std::string> unread_;                 // paths to read again
  std::set<std::string> ended_;                  // since the reading under way began
  bool asleep_ = false;                          // from PrepareForSleep to the first reading after the wake
  bool woken_ = false;
};

}  // namespace wardend::systemd

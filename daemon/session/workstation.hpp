// Who is at this workstation: login sessions, whether each is locked or held, and its epochs. An epoch is one
// clinician's stay; ending it is what a clear means. This class decides nothing about tokens: Clearing does that.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clear_reason.hpp"
#include "base/clock.hpp"
#include "base/lock_source.hpp"
#include "base/result.hpp"
#include "config/live.hpp"

namespace wardend::session {

using EpochNumber = std::uint64_t;  // never reused; 0 is none

struct EpochEnd {
  ClearReason reason;
  WallTime at;
  BootTime boot;  // the same moment; the wall clock may have been set since
  [[nodiscard]] errors::SessionCleared error() const { return {.reason = reason, .at = at}; }
};

struct Epoch {
  EpochNumber number = 0;
  std::string login_session;
  std::optional<EpochEnd> ended = {};
  std::map<std::string, std::string, std::less<>> subjects = {};  // id_token issuer -> the one sub seen
};

// What of a login session outlasts a crash of this process: who is there, and whether anybody proved to be.
struct Standing {
  std::string login_session = {};
  uid_t uid = static_cast<uid_t>(-1);  // whose it is; unknown: that
  std::string seat = {};               // as logind has it; another one is another login session
  std::string type = {};
  EpochNumber epoch = 0;
  bool held = false;
  std::optional<EpochEnd> last_clear = {};
  std::map<std::string, std::string, std::less<>> subjects = {};  // of the epoch
};

// Where a process stands, as the kernel's cgroup facts tell.
struct Place {
  uid_t uid = 0;
  std::string login_session = {};   // "c2", from session-c2.scope
  bool under_user_manager = false;  // user@UID.service: belongs to the uid's one graphical session
};

enum class Presence { present, locked, held };

class Workstation {
 public:
  Workstation(Clock& clock, const config::Live& config) : clock_(clock), config_(config) {}

  // Called once for each source that the configuration lists, before the loop runs.
  void attach(const LockSource& source) { sources_.push_back(&source); }
  [[nodiscard]] bool uses_logind() const { return config_.get().broker.has_lock_source("logind"); }

  // True while every listed lock source is live; trouble() says what is missing and what to do.
  [[nodiscard]] bool ready() const;
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] const std::vector<const LockSource*>& sources() const { return sources_; }

  // As the source last read them; none while it is not live.
  [[nodiscard]] std::vector<LoginSession> login_sessions() const;

  // The key of the login session that a process belongs to ("c2", or "uid:N" outside all of them). Empty: under the
  // user's manager with no desktop, or more than one; or in a login session that may hold nothing (ssh, a greeter).
  [[nodiscard]] std::string login_session_of(const Place& place) const;
  // The one login session that a browser of `uid` can belong to: active, unlocked, seated. Empty: none, or several.
  [[nodiscard]] std::string seated_session_of(uid_t uid) const;

  // Whose a login session is: logind's User, or the N of uid:N. nullopt: logind has not been read yet.
  [[nodiscard]] std::optional<uid_t> owner_of(const std::string& login_session) const;

  // The running epoch of a login session, begun at first sight. Who connects first says nothing of whose it is.
  [[nodiscard]] EpochNumber current_epoch(const std::string& login_session);
  // nullptr: never was, or ended long ago.
  [[nodiscard]] const Epoch* epoch(EpochNumber number) const;
  [[nodiscard]] bool running(EpochNumber number) const;
  // How an epoch of that login session that does not run any more ended. Of an epoch that is forgotten: the last clear
  // there; if there was none, the login session was removed.
  [[nodiscard]] EpochEnd end_of(EpochNumber number, const std::string& login_session) const;

  [[nodiscard]] Presence presence(const std::string& login_session) const;
  // Somebody proved to be there (see DESIGN.md, "Lock sources"): held ends.
  void prove_presence(const std::string& login_session);
  // An unlock seen by a lock source is such a proof where `unlock_proves_presence` says so.
  void unlock_seen(const std::string& login_session);
  // An epoch has ended there and nobody has proved to be there since, locked or not.
  [[nodiscard]] bool is_held(const std::string& login_session) const;
  [[nodiscard]] std::optional<EpochEnd> last_clear(const std::string& login_session) const;

  // Notes who signed in; false when this epoch already knows another sub of that issuer: a user switch.
  [[nodiscard]] bool same_user(EpochNumber number, const std::string& issuer, const std::string& subject) const;
  void remember_user(EpochNumber number, const std::string& issuer, const std::string& subject);

  // Whether a lock source knows it; one that is named by a user always does.
  [[nodiscard]] bool exists(std::string_view login_session) const;
  // nullopt: nothing is known of that login session.
  [[nodiscard]] std::optional<Standing> standing(const std::string& login_session) const;
  // Puts a login session back as it stood before this process began. Before anything else is known of it.
  void resume(const Standing& standing);

  // Ends the running epoch and begins a held one. Returns the number that ended (0: nothing was known there).
  EpochNumber end_epoch(const std::string& login_session, ClearReason reason);
  // Reads the locked state of `login_session` (empty: of all) from the sources again.
  void read_picture(std::string_view login_session);

  struct Selection {
    std::optional<uid_t> uid = {};
    std::string login_session = {};
    std::string seat = {};
  };
  // Login sessions with an epoch that match; an empty selection matches all.
  [[nodiscard]] std::vector<std::string> matching(const Selection& selection) const;

 private:
  struct Station {
    std::optional<uid_t> uid = {};  // whose it is, once that is known
    EpochNumber epoch = 0;
    bool locked = true;
    bool held = false;
    std::optional<EpochEnd> last_clear = {};
  };
  [[nodiscard]] const LockSource* logind() const;
  [[nodiscard]] std::optional<LoginSession> find(std::string_view login_session) const;
  [[nodiscard]] bool read_locked(std::string_view login_session) const;
  void read_picture(const std::string& login_session, Station& station) const;
  EpochNumber begin_epoch(const std::string& login_session);

  Clock& clock_;
  const config::Live& config_;
  std::vector<const LockSource*> sources_;
  std::unordered_map<std::string, Station> stations_;
  std::unordered_map<EpochNumber, Epoch> epochs_;
  std::deque<EpochNumber> ended_;  // oldest first, bounded
  EpochNumber last_number_ = 0;
};

}  // namespace wardend::session

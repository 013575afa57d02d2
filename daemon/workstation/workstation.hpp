// Who is at this workstation: login sessions, whose each is, whether it is locked or held, and its epochs. An epoch is
// one clinician's stay at a login session; to end it is what a clear means. What becomes of sessions is Clearing's
// matter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/workstation/ended_epochs.hpp"
#include "daemon/workstation/lock_sources.hpp"
#include "daemon/workstation/login_session_state.hpp"
#include "daemon/workstation/login_sessions.hpp"
#include "daemon/workstation/presence.hpp"

namespace wardend::workstation {

class Workstation {
 public:
  // Login sessions that are named by a user, and that something sets apart from the others.
  static constexpr std::size_t most_apart = 1024;

  Workstation(Clock& clock, const config::Live& config);

  [[nodiscard]] LockSources& sources() { return sources_; }
  [[nodiscard]] const LockSources& sources() const { return sources_; }
  // As LockSources has them.
  void attach(const LockSource& source) { sources_.attach(source); }
  [[nodiscard]] bool uses_logind() const { return sources_.uses_logind(); }
  [[nodiscard]] bool ready() const { return sources_.ready(); }
  [[nodiscard]] std::string trouble() const { return sources_.trouble(); }

  // Whose a login session is: logind's User, or the one in its name. nullopt: logind has not been read yet.
  [[nodiscard]] std::optional<uid_t> owner_of(const std::string& login_session) const;

  // The running epoch of the login session of somebody who connects; one that logind names is known from then on. 0:
  // the name is empty.
  [[nodiscard]] EpochNumber enter(const std::string& login_session);
  // The running epoch; 0: nothing is known of that login session.
  [[nodiscard]] EpochNumber epoch_of(const std::string& login_session) const {
    return sessions_.epoch_of(login_session);
  }
  [[nodiscard]] bool running(EpochNumber number) const { return sessions_.running(number); }
  // The login session of a running epoch, or of one that ended not long ago; else empty.
  [[nodiscard]] std::string login_session_of_epoch(EpochNumber number) const;
  // Why and when an epoch of `login_session` ended that does not run. Of one that ended long ago: the last clear there.
  [[nodiscard]] EpochEnd end_of(EpochNumber number, const std::string& login_session) const;

  // For the part of the login session that is meant; without one: for the login session as a whole.
  [[nodiscard]] Presence presence(const std::string& login_session, const Part& part = {}) const;
  // An epoch, or that part of it, has ended there and nobody has proved to be there since, locked or not. Empty name:
  // of those that were not set apart.
  [[nodiscard]] bool is_held(const std::string& login_session, const Part& part = {}) const;
  // Ends what is held there, if `proof` is one: of the login session as a whole and, of its parts, of those that cover
  // `by`, the server and the app of the launch (without them: of all). False: it proves nothing.
  [[nodiscard]] bool prove_presence(const std::string& login_session, const Proof& proof, const Part& by = {});
  // An unlock seen by a lock source is a proof where `unlock_proves_presence` says so, once nothing else locks it.
  void unlock_seen(const std::string& login_session);
  // The last clear of the login session as a whole.
  [[nodiscard]] std::optional<EpochEnd> last_clear(const std::string& login_session) const;

  // What a launch begins in, now; and whether all of it still stands.
  [[nodiscard]] Stay stay(const std::string& login_session, EpochNumber epoch, Part part) const;
  [[nodiscard]] bool stands(const Stay& stay) const;
  // The clear by which a stay fell.
  [[nodiscard]] EpochEnd fall_of(const Stay& stay) const;

  // Notes who signed in; false when this epoch already knows another sub of that issuer: a user switch.
  [[nodiscard]] bool same_user(EpochNumber number, const std::string& issuer, const std::string& subject) const;
  void remember_user(EpochNumber number, const std::string& issuer, const std::string& subject);

  // Ends the running epoch and begins a held one. False: there is nothing of that name.
  bool end_epoch(const std::string& login_session, ClearReason reason);
  // The same for all that there are.
  void end_every_epoch(ClearReason reason);
  enum class Afterwards { held, free };
  // Ends `part` of a login session, or of all of those that were not set apart where the name is empty: launches that
  // began before bring nothing. False: there is nothing of that name.
  bool end_part(const std::string& login_session, const Part& part, ClearReason reason, Afterwards afterwards);
  // Whether more users are set apart than are remembered. fold() makes room: those that are not `in_use` count as
  // cleared and held from then on, with all others of their kind. Returns them.
  [[nodiscard]] bool too_many_apart() const;
  std::vector<std::string> fold(const std::vector<std::string>& in_use);

  // Reads from logind again whose `login_session` (empty: each one) is and whether it is locked. Wakes picture_changed.
  void read_picture(std::string_view login_session);
  // Notified when a lock source has told what it reads now.
  [[nodiscard]] Event& picture_changed() { return picture_changed_; }

  struct Selection {
    std::optional<uid_t> uid = {};
    std::string login_session = {};
    std::string seat = {};
    [[nodiscard]] bool everybody() const { return !uid && login_session.empty() && seat.empty(); }
  };
  // The login sessions that have a state of their own.
  [[nodiscard]] std::vector<std::string> names() const { return sessions_.names_apart(); }
  // Whether that login session is there, or was: one that is named by a user always is.
  [[nodiscard]] bool knows(const std::string& login_session) const;
  // nullopt: nothing is known of that login session. Empty name: those that were not set apart.
  [[nodiscard]] std::optional<LoginSessionState> state_of(const std::string& login_session) const;
  // Whether it has a state of its own.
  [[nodiscard]] bool is_apart(const std::string& login_session) const {
    return sessions_.apart().contains(login_session);
  }
  // Puts a login session back as it stood before this process began. Before anything else is known of it.
  void resume(LoginSessionState state);

 private:
  LoginSessionState& set_apart(const std::string& login_session);
  [[nodiscard]] EpochEnd ends_now(ClearReason reason) const;
  void end(LoginSessionState& state, const EpochEnd& end);
  void end_common(const EpochEnd& end);
  void read(LoginSessionState& state) const;

  Clock& clock_;
  const config::Live& config_;
  LockSources sources_;
  LoginSessions sessions_;
  EndedEpochs ended_;
  WallTime started_at_;
  Event picture_changed_;
};

}  // namespace wardend::workstation

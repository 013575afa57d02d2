// The one order in which whatever is held goes, whoever asks and whatever is meant: everybody, a user, a seat, a login
// session, one server or app there, one session. clear() is that order, from top to bottom, in one turn of the loop.
// What is held until somebody proves to be there is Workstation's to know, what becomes of the tokens the Revoker's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/http_client.hpp"
#include "base/lock_source.hpp"
#include "daemon/clearing/clear_report.hpp"
#include "daemon/clearing/clear_target.hpp"
#include "daemon/clearing/open_streams.hpp"
#include "daemon/clearing/permits_given.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/session/session_vault.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::clearing {

// Whether what was cleared for this reason stays held until somebody proves to be there. Not after what an app or a
// server did while its user was there, and not after a change of the configuration or of an app's switch.
[[nodiscard]] bool holds(ClearReason reason);

class Clearing {
 public:
  // What a clear goes through, in that order.
  struct Steps {
    workstation::Workstation& workstation;  // nobody is served from here on
    session::SessionVault& session_vault;   // and no restart brings it back
    LaunchesUnderWay& launches;             // nothing comes of launches under way
    ipc::UnsentReplies& unsent;
    session::SessionStore& store;
    PermitsGiven& permits;      // nobody writes with them
    OpenStreams& streams;       // nobody is sent more of their data
    HttpClient& http;           // whoever reads for them waits no longer
    HttpClient& upstream;       // nor whoever reads for their apps
    parking::Parking& parking;  // whose work may still be parked
    server::Revoker& revoker;
    events::EventHub& hub;
    AuditSink& audit;
    workstation::LockLog& locks;
  };
  Clearing(Clock& clock, const Steps& steps)
      : clock_(clock), steps_(steps), report_(clock, steps.hub, steps.audit, steps.locks) {}

  struct Outcome {
    std::size_t sessions = 0;        // that it ended
    std::size_t login_sessions = 0;  // of which it ended the epoch, or a part
  };
  // `clear` of nothing that is there is no error: it answers zeroes.
  Outcome clear(const Target& target, const Cause& cause);

  // For those who have it at hand. The first two return how many sessions they ended.
  std::size_t clear_all(const Cause& cause) { return clear({}, cause).sessions; }
  std::size_t clear_login_session(const std::string& login_session, const Cause& cause) {
    return login_session.empty() ? 0 : clear({.whom = {.login_session = login_session}}, cause).sessions;
  }
  void clear_session(const session::Session& session, const Cause& cause) { clear({.session = session.id}, cause); }
  // A lock source says that somebody may have gone.
  void must_clear(const ClearFact& fact);
  // After a sleep: clears everything unless a suspend that was announced has done so. How many login sessions it would
  // have missed.
  std::size_t clear_after_sleep();

  // The login sessions that `selection` means; see login_sessions_of().
  [[nodiscard]] std::vector<std::string> whom(const workstation::Workstation::Selection& selection) const {
    return login_sessions_of(selection, steps_.workstation, steps_.store, steps_.launches);
  }
  // What sources reported. Whoever reports a lock without being a source notes it here.
  [[nodiscard]] workstation::LockLog& locks() { return steps_.locks; }

  [[nodiscard]] const ClearReport::Counters& counters() const { return report_.counters(); }
  [[nodiscard]] const std::optional<ClearReport::LastClear>& last_clear() const { return report_.last_clear(); }

 private:
  [[nodiscard]] ClearRun end_stays(const Target& target, ClearReason reason);
  [[nodiscard]] ClearRun end_session(const Target& target, ClearReason reason);
  void end_epochs(ClearRun& run, ClearReason reason);
  void end_parts(ClearRun& run, ClearReason reason);
  void note_newly_held(ClearRun& run) const;
  [[nodiscard]] std::size_t login_sessions_in(const ClearRun& run) const;
  void fold();
  void keep(const ClearRun& run);
  [[nodiscard]] Error told_of(const Cause& cause) const;
  void take_back_replies(const ClearRun& run, const Error& told);
  void wipe(session::Session& session, ClearReason reason);

  Clock& clock_;
  Steps steps_;
  ClearReport report_;
};

}  // namespace wardend::clearing

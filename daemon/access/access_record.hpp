// What apps tell of the FHIR requests that they carried out: an entry of the audit trail for each. wardend gives tokens
// and does not see what is read with them; this is the app's own word, and says so by its kind.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/pace.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/told_access.hpp"
#include "daemon/session/session_vault.hpp"
#include "daemon/session/store.hpp"

namespace wardend::access {

class AccessRecord {
 public:
  static constexpr std::size_t most_at_once = 100;  // accesses of one call
  // Of one user's one app: so many entries at once, then one each 200 ms. Beyond that a call is refused whole, as an
  // entry that was merged with others would not say what was read.
  static constexpr unsigned burst = 300;
  static constexpr Duration each = 200ms;
  // How long after a clear the process that held the session may still tell what it read before.
  static constexpr Duration grace = 1min;

  struct Parts {
    Clock& clock;
    Gate& gate;
    session::SessionStore& store;
    session::SessionVault& vault;
    AuditSink& audit;
  };
  explicit AccessRecord(Parts parts) : parts_(parts) {}

  // Writes an entry for each of them, or none. Returns how many. Errors: those of Gate::admit(registered),
  // UnknownSession, SessionCleared, InvalidRequest (which one, and what of it), TooLarge, RateLimited, and
  // WorkstationLocked while the trail cannot be written. Each refusal is an entry too.
  [[nodiscard]] Result<std::size_t> record(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                           const std::string& session, const std::vector<ToldAccess>& accesses);

 private:
  struct Meant {
    Result<Who> who;
    session::Session* session = nullptr;  // nullptr: the caller's is none of that name
  };
  [[nodiscard]] Result<session::Session*> session_of(const Who& who, const std::string& id) const;
  [[nodiscard]] Result<void> admit(Meant& meant, const std::string& id, const std::vector<ToldAccess>& accesses);
  [[nodiscard]] Result<void> take_turns(const session::Session& session, std::size_t number);
  void write(const ipc::Caller& caller, const session::Session& session, const ToldAccess& access);
  void refused(const ipc::Caller& caller, const Meant& meant, const Error& error);

  static constexpr std::size_t most_accounts = 256;
  Parts parts_;
  std::map<std::pair<uid_t, std::string>, Pace> paces_;  // by user and app
};

}  // namespace wardend::access

// What is told of a clear: to subscribers, to the audit, to the journal, and to support afterwards. Everything has been
// wiped by then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/histogram.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/session/session.hpp"
#include "daemon/workstation/lock_log.hpp"

namespace wardend::clearing {

// Why, for the audit and for support: free text about the source, and the moment at which its signal was received.
struct Cause {
  ClearReason reason;
  std::string detail = {};
  std::chrono::steady_clock::time_point received_at = std::chrono::steady_clock::now();
  // What callers are told whose launch or reply this takes; absent: SessionCleared.
  std::optional<errors::AppDisabled> instead = {};
};

// One clear under way.
struct ClearRun {
  std::vector<std::string> login_sessions = {};  // meant, and known
  workstation::Part part = {};                   // of them; without names all of it
  bool everybody = false;                        // those of whom nothing is known as well
  bool one_session = false;
  std::vector<std::string> newly_held = {};      // an empty name: those of whom nothing is known
  std::vector<session::Session*> sessions = {};  // that end
};

class ClearReport {
 public:
  ClearReport(Clock& clock, events::EventHub& hub, AuditSink& audit, workstation::LockLog& locks)
      : clock_(clock), hub_(hub), audit_(audit), locks_(locks) {}

  // A clear of what is held already, with nothing in it, is neither counted nor told.
  void tell(const ClearRun& run, const Cause& cause);

  struct Counters {
    std::map<ClearReason, std::uint64_t> clears;
    std::map<ClearReason, std::uint64_t> sessions;
    DurationHistogram duration;  // from the signal to the last wipe of a clear
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }
  void took(std::chrono::nanoseconds span) { counters_.duration.observe(span); }

  struct LastClear {
    ClearReason reason;
    WallTime at;
    std::string login_session;  // empty: several
    std::string detail;
    std::size_t sessions = 0;
  };
  [[nodiscard]] const std::optional<LastClear>& last_clear() const { return last_clear_; }

 private:
  void tell(const session::Session& session, const Cause& cause);
  void record(const ClearRun& run, const std::map<std::string, std::int64_t>& counts, const Cause& cause);

  Clock& clock_;
  events::EventHub& hub_;
  AuditSink& audit_;
  workstation::LockLog& locks_;
  Counters counters_;
  std::optional<LastClear> last_clear_;
};

}  // namespace wardend::clearing

// What can be written to the audit trail: one struct a kind, with the members that entries of that kind have and no
// others. record_of() makes the flat record of each, in one place. docs/audit.md tells readers what the members mean.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/audit_acts.hpp"
#include "base/audit_record.hpp"
#include "base/clear_reason.hpp"
#include "base/clock.hpp"

namespace wardend::entry {

// How it ended; denied unless it says otherwise. `error` names the error that the caller was told, and lives as long as
// the program.
struct Outcome {
  bool granted = false;
  std::string_view error = {};
};
inline constexpr Outcome granted{.granted = true};
[[nodiscard]] constexpr Outcome denied(std::string_view error = {}) { return {.error = error}; }

// Whose it is: of a session all of it, else as much as is known.
struct Owner {
  std::string app = {};
  std::string server = {};
  std::string session = {};
  std::string login_session = {};
  std::optional<std::uint64_t> epoch = {};
  std::optional<uid_t> uid = {};
  std::string subject = {};
  std::string patient = {};
};

// The process that asked, as the kernel recorded it. Its user is the entry's, whatever the session's is.
struct Asker {
  std::optional<uid_t> uid = {};
  std::optional<pid_t> pid = {};
  std::string unit = {};
};

// What a FHIR request was about, as the app named it.
struct Request {
  std::string interaction = {};
  std::string resource = {};
  std::string query = {};
};

struct Launch {
  ActOf<AuditKind::launch> act;
  Owner whose;
  Outcome outcome = {};
  std::string reference = {};  // on the page that its user saw
  std::string reason = {};     // of a failure, a word: state_mismatch, invalid_client
  std::string detail = {};
};

struct Token {
  Owner whose;
  Asker asker = {};
  Outcome outcome = {};
  std::string detail = {};
  std::string request_id = {};
  std::int64_t count = 1;
};

struct Refresh {
  ActOf<AuditKind::refresh> act = AuditAct::refresh_refresh;
  Owner whose;
  Outcome outcome = {};
  std::string reason = {};  // a word
};

struct Clear {
  ActOf<AuditKind::clear> act;
  ClearReason reason;
  std::string detail = {};
  std::string app = {};     // of one app alone
  std::string server = {};  // of one server alone
  std::string login_session = {};
  std::int64_t sessions = 0;  // that ended
};

struct SessionEnd {
  Owner whose;
  ClearReason reason;
  std::string detail = {};
  std::uint64_t tokens = 0;
  std::uint64_t accesses = 0;
};

struct Revocation {
  ActOf<AuditKind::revocation> act;
  Owner whose;
  Outcome outcome = {};
  std::string reason = {};  // a word: what the server made of it
};

struct Control {
  ActOf<AuditKind::control> act;
  Asker asker;
  Outcome outcome = {};
  std::string app = {};
  std::string reason = {};  // as the caller gave it
  std::string detail = {};
};

struct Reload {
  Outcome outcome = {};
  std::string detail = {};  // what changed, by name
};

// The machine's clocks: `resumed` or `clock_set`.
struct ClockStep {
  ActOf<AuditKind::service> act;
  std::string detail = {};
};

struct SessionsRestored {
  std::int64_t back = 0;
  std::string detail = {};
};

struct CapabilitiesChanged {
  std::string server;
  std::string app = {};     // empty: no app is concerned
  std::string reason = {};  // blocking, not_blocking
  std::string detail = {};
};

// The broker does not serve this caller. Only for calls that no other kind of entry tells of.
struct CallerRefused {
  Asker asker;
  std::string_view error;
  std::string detail = {};  // the method, and why not
};

// Stands for refusals of more users or kinds than are told apart in a minute.
struct Others {};

struct Work {
  ActOf<AuditKind::work> act;
  Owner whose;
  Asker asker = {};
  Outcome outcome = {};
  std::string reason = {};  // of an end
  std::string detail = {};
  std::int64_t items = 1;
};

struct Hub {
  ActOf<AuditKind::fhircast> act;
  Owner whose;
  Outcome outcome = {};
  std::string reason = {};
  std::string detail = {};
  std::int64_t count = 1;
};

struct PatientCheck {
  Owner whose;
  Outcome outcome = {};
  std::string reason = {};  // what the check found
  std::string detail = {};
};

struct Write {
  ActOf<AuditKind::write> act;
  Owner whose;
  Asker asker = {};
  Outcome outcome = {};
  Request request = {};
  std::string reason = {};
  std::string detail = {};
  std::string permit = {};  // the reference that permit and outcome have in common
};

// `whose.patient` is the one that the app named, not the session's.
struct Access {
  ActOf<AuditKind::access> act;
  Owner whose;
  Asker asker;
  Outcome outcome = {};
  Request request = {};
  std::string reason = {};  // success, denied, failure
  std::string detail = {};
  std::string request_id = {};
  std::optional<WallTime> done_at = {};
};

struct Started {
  std::string version;
};
struct Stopped {};

// Entries that the full ring did not take.
struct Dropped {
  std::int64_t entries = 0;
};
// The flat record of an entry.
[[nodiscard]] AuditRecord record_of(Launch entry);
[[nodiscard]] AuditRecord record_of(Token entry);
[[nodiscard]] AuditRecord record_of(Refresh entry);
[[nodiscard]] AuditRecord record_of(Clear entry);
[[nodiscard]] AuditRecord record_of(SessionEnd entry);
[[nodiscard]] AuditRecord record_of(Revocation entry);
[[nodiscard]] AuditRecord record_of(Control entry);
[[nodiscard]] AuditRecord record_of(Reload entry);
[[nodiscard]] AuditRecord record_of(ClockStep entry);
[[nodiscard]] AuditRecord record_of(SessionsRestored entry);
[[nodiscard]] AuditRecord record_of(CapabilitiesChanged entry);
[[nodiscard]] AuditRecord record_of(CallerRefused entry);
[[nodiscard]] AuditRecord record_of(Others entry);
[[nodiscard]] AuditRecord record_of(Work entry);
[[nodiscard]] AuditRecord record_of(Hub entry);
[[nodiscard]] AuditRecord record_of(PatientCheck entry);
[[nodiscard]] AuditRecord record_of(Write entry);
[[nodiscard]] AuditRecord record_of(Access entry);
[[nodiscard]] AuditRecord record_of(Started entry);
[[nodiscard]] AuditRecord record_of(Stopped entry);
[[nodiscard]] AuditRecord record_of(Dropped entry);

}  // namespace wardend::entry

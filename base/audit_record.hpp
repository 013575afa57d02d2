// One entry of the audit trail, flat: what the ring keeps and a line says. Only audit_entries.hpp makes records, one
// from each of its structs, so that a kind looks the same wherever it comes from. A record says *denied* unless it was
// told granted().
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/audit_acts.hpp"
#include "base/clock.hpp"

namespace wardend {

struct AuditRecord {
  AuditRecord& granted() {
    outcome = "granted";
    return *this;
  }
  AuditRecord& denied(std::string_view error) {
    outcome = "denied";
    result = error;
    return *this;
  }

  AuditKind kind;
  std::string_view outcome = "denied";
  std::string_view result = {};  // the Varlink error's name when denied
  std::string action = {};       // a word of audit_acts.hpp
  std::string app = {};
  std::string server = {};
  std::string session = {};
  std::string login_session = {};
  std::optional<std::uint64_t> epoch = {};  // of the login session
  std::optional<uid_t> uid = {};
  std::optional<pid_t> pid = {};
  std::string unit = {};
  std::string subject = {};        // the id_token's sub or fhirUser, when known
  std::string patient = {};        // the audit trail is the one place that names patients
  std::string fhir_base_url = {};  // of `server`; the sink knows it
  std::string interaction = {};    // of FHIR, with what it was about
  std::string resource = {};
  std::string query = {};
  std::string reason = {};
  std::string detail = {};
  std::string request_id = {};
  std::optional<WallTime> done_at = {};        // when an app did what it tells of
  std::optional<std::uint64_t> tokens = {};    // of a session that ended: how many it was given
  std::optional<std::uint64_t> accesses = {};  // and how many accesses it recorded
  std::int64_t count = 1;

 private:
  explicit AuditRecord(AuditKind of) : kind(of) {}
  friend struct AuditRecordMaker;
};

}  // namespace wardend

// Seam: the audit trail. A record says *denied* unless it was told granted(). Writing never waits and never fails in
// the caller's face: writable() says beforehand whether the trail can take records.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardend {

enum class AuditKind {
  launch,
  token,
  refresh,
  clear,
  session_end,
  revocation,
  control,
  service,
  work,
  fhircast,
  patient,
  write,
  access,
  start,
  stop,
  rotation,
  gap
};

[[nodiscard]] constexpr std::string_view name_of(AuditKind kind) {
  switch (kind) {
    case AuditKind::launch:
      return "launch";
    case AuditKind::token:
      return "token";
    case AuditKind::refresh:
      return "refresh";
    case AuditKind::clear:
      return "clear";
    case AuditKind::session_end:
      return "session_end";
    case AuditKind::revocation:
      return "revocation";
    case AuditKind::control:
      return "control";
    case AuditKind::service:
      return "service";
    case AuditKind::work:
      return "work";
    case AuditKind::fhircast:
      return "fhircast";
    case AuditKind::patient:
      return "patient";
    case AuditKind::write:
      return "write";
    case AuditKind::access:
      return "access";
    case AuditKind::start:
      return "start";
    case AuditKind::stop:
      return "stop";
    case AuditKind::rotation:
      return "rotation";
    case AuditKind::gap:
      return "gap";
  }
  return "service";
}

struct AuditRecord {
  explicit AuditRecord(AuditKind of) : kind(of) {}
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
  std::string action = {};       // what was asked for: a method or a fact
  std::string app = {};
  std::string server = {};
  std::string session = {};
  std::string login_session = {};
  std::optional<std::uint64_t> epoch = {};  // of the login session
  std::optional<uid_t> uid = {};
  std::optional<pid_t> pid = {};
  std::string unit = {};
  std::string subject = {};  // the id_token's sub or fhirUser, when known
  std::string patient = {};  // the audit trail is the one place that names patients
  std::string fhir_base_url = {};
  std::string interaction = {};  // of FHIR, with what it was about
  std::string resource = {};
  std::string query = {};
  std::string reason = {};
  std::string detail = {};
  std::string request_id = {};
  std::int64_t count = 1;
};

class AuditSink {
 public:
  virtual ~AuditSink() = default;
  // Writes one record, in the order of the calls. Never waits for a disk.
  virtual void write(AuditRecord record) = 0;
  // For a record that its cause can bring about as often as it likes, a refusal above all. The first of a kind is
  // written at once; the same again is counted, and written once a minute with its count. Alike are records of the same
  // user (or server, where no user is named) with the same kind, result, action, app, server, session and reason.
  virtual void write_counted(AuditRecord record) = 0;
  [[nodiscard]] virtual bool writable() const = 0;
};

}  // namespace wardend

#include "daemon/session/audit_entry.hpp"

namespace wardend::session {

AuditRecord audit_entry(AuditKind kind, const Session& session) {
  AuditRecord record(kind);
  record.app = session.app;
  record.server = session.server;
  record.session = session.id;
  record.login_session = session.login_session;
  record.epoch = session.epoch;
  record.uid = session.uid;
  record.subject = session.user.fhir_user.empty() ? session.user.subject : session.user.fhir_user;
  record.patient = session.context.patient.value_or("");
  return record;
}

}  // namespace wardend::session

#include "daemon/session/audit_entry.hpp"

namespace wardend::session {

entry::Owner audit_owner(const Session& session) {
  return {.app = session.app,
          .server = session.server,
          .session = session.id,
          .login_session = session.login_session,
          .epoch = session.epoch,
          .uid = session.uid,
          .subject = session.user.fhir_user.empty() ? session.user.subject : session.user.fhir_user,
          .patient = session.context.patient.value_or("")};
}

}  // namespace wardend::session

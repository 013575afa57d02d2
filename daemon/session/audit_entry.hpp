// An audit record about a session, filled in the same way wherever one is made.
#pragma once

#include "base/audit_sink.hpp"
#include "daemon/session/session.hpp"

namespace wardend::session {

// Whose the session is and what it is for; denied until it is told otherwise. A cleared session names no patient and no
// subject: they were wiped.
[[nodiscard]] AuditRecord audit_entry(AuditKind kind, const Session& session);

}  // namespace wardend::session

// Whose a session is, in an entry of the audit trail: filled in the same way wherever one is made.
#pragma once

#include "base/audit_entries.hpp"
#include "daemon/session/session.hpp"

namespace wardend::session {

// A cleared session names no patient and no subject: they were wiped.
[[nodiscard]] entry::Owner audit_owner(const Session& session);

}  // namespace wardend::session

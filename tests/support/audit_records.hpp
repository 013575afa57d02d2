// Audit records of any kind, for tests of what counts, keeps and serialises them. Tests of whoever writes one read what
// they wrote from FakeAudit.
#pragma once

#include "base/audit_record_maker.hpp"

namespace wardend::test {

[[nodiscard]] inline AuditRecord record_of_kind(AuditKind kind) { return AuditRecordMaker::of(kind); }

}  // namespace wardend::test

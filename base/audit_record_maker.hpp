// Makes an audit record out of nothing: for audit_entries.cpp, for whoever reads a record back from the ring, and for
// tests of what serialises one. Everybody else makes one of the structs in audit_entries.hpp.
#pragma once

#include "base/audit_record.hpp"

namespace wardend {

struct AuditRecordMaker {
  [[nodiscard]] static AuditRecord of(AuditKind kind) { return AuditRecord(kind); }
  [[nodiscard]] static AuditRecord of(AuditAct act) {
    AuditRecord record(kind_of(act));
    record.action = name_of(act);
    return record;
  }
};

}  // namespace wardend

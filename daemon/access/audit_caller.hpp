// The caller in an audit record, filled in the same way wherever one is made.
#pragma once

#include "base/audit_sink.hpp"
#include "ipc/caller.hpp"

namespace wardend::access {

// The process that asked, as the kernel recorded it. A session's user gives way to the caller's.
inline void name_caller(AuditRecord& record, const ipc::Caller& caller) {
  record.uid = caller.uid();
  record.pid = caller.pid();
  record.unit = caller.cgroup().system_unit;
}

}  // namespace wardend::access

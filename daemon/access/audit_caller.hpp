// The caller in an entry of the audit trail, filled in the same way wherever one is made.
#pragma once

#include "base/audit_entries.hpp"
#include "ipc/caller.hpp"

namespace wardend::access {

// The process that asked, as the kernel recorded it.
[[nodiscard]] inline entry::Asker audit_asker(const ipc::Caller& caller) {
  return {.uid = caller.uid(), .pid = caller.pid(), .unit = caller.cgroup().system_unit};
}

}  // namespace wardend::access

// VerifyAudit. The caller's role has been checked. The files are read beside the loop, by the code of `wardctl audit
// verify`.
#pragma once

#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class AuditMethod {
 public:
  AuditMethod(const config::Live& config, Worker& reading, ControlTrail& trail)
      : config_(config), reading_(reading), trail_(trail) {}

  // NotSupported: reading the trail takes longer than a call may; `wardctl audit verify` has no such limit. A trail
  // that cannot be read is not intact, and has no entry.
  Answer<ipc::control::VerifyAuditReply> verify_audit(const ipc::Call& call);

 private:
  const config::Live& config_;
  Worker& reading_;
  ControlTrail& trail_;
};

}  // namespace wardend::service

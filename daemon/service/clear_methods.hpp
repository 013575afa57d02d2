// ReportLock and ClearSessions: what others ask to be cleared. The caller's role has been checked.
#pragma once

#include "daemon/clearing/clearing.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_target.hpp"
#include "daemon/service/control_trail.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class ClearMethods {
 public:
  ClearMethods(Clock& clock, clearing::Clearing& clearing, ControlTargets& targets, ControlTrail& trail)
      : clock_(clock), clearing_(clearing), targets_(targets), trail_(trail) {}

  // Each answers the method of its name.
  Answer<ipc::control::ReportLockReply> report_lock(const ipc::Call& call, ipc::control::ReportLockParameters in);
  Answer<ipc::control::ClearSessionsReply> clear_sessions(const ipc::Call& call,
                                                          ipc::control::ClearSessionsParameters in);

 private:
  Clock& clock_;
  clearing::Clearing& clearing_;
  ControlTargets& targets_;
  ControlTrail& trail_;
};

}  // namespace wardend::service

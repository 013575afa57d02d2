// SetAppEnabled: the rollback switch. The caller's role has been checked.
#pragma once

#include "config/live.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "daemon/switches/app_switches.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class AppMethods {
 public:
  AppMethods(Clock& clock, const config::Live& config, switches::AppSwitches& switches, ControlTrail& trail)
      : clock_(clock), config_(config), switches_(switches), trail_(trail) {}

  // Answers when the switch is in force, and written or told that it cannot be. UnknownApp: not a configured app.
  Answer<ipc::control::SetAppEnabledReply> set_app_enabled(const ipc::Call& call,
                                                           ipc::control::SetAppEnabledParameters in);

 private:
  Clock& clock_;
  const config::Live& config_;
  switches::AppSwitches& switches_;
  ControlTrail& trail_;
};

}  // namespace wardend::service

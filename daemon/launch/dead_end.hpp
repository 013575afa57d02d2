// Launches that could only be refused after their sign-in: told before anybody signs in. Pure; what the network or the
// file system says of a launch is not looked at here.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "daemon/launch/launch_request.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/workstation/presence.hpp"

namespace wardend::launch {

// A launch that is about to begin.
struct Prospect {
  const Setting& setting;
  const Plan& plan;
  LaunchValue value = LaunchValue::proves_nothing;
  workstation::Presence presence = workstation::Presence::present;
  bool trail_writable = true;
};

// Why the launch cannot end well, whatever the EHR and its user do; nullopt: it can. Errors:
//  - LaunchFailed `redirect_port`: the browser would come back to a port where nobody listens. The operator mends it.
//  - LaunchFailed `no_loopback`: a relay has nowhere to send the browser. The operator mends it.
//  - LaunchFailed `no_openid`: the app needs to know who signs in, and does not ask. The operator mends it.
//  - LaunchFailed `no_audit_trail`: without it no app gets a token. The operator makes room, or mends the disk.
//  - WorkstationLocked: somebody has to prove to be there, and this launch proves nothing. The user opens the app from
//    the EHR.
[[nodiscard]] std::optional<Error> dead_end(const Prospect& prospect);

}  // namespace wardend::launch

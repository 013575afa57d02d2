// VerifyApp. The caller's role has been checked.
#pragma once

#include "config/live.hpp"
#include "daemon/drift/drift_watch.hpp"
#include "daemon/launch/launch_matrix.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "daemon/verify/verifier.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// A report as the method answers it.
[[nodiscard]] ipc::control::VerifyAppReply to_wire(const verify::Report& report);

class VerifyMethod {
 public:
  VerifyMethod(const config::Live& config, verify::Verifier& verifier, drift::DriftWatch& drift,
               const launch::LaunchMatrix& matrix, ControlTrail& trail)
      : config_(config), verifier_(verifier), drift_(drift), matrix_(matrix), trail_(trail) {}

  // UnknownApp, UnknownServer: not configured, or not an app of that server.
  Answer<ipc::control::VerifyAppReply> verify_app(const ipc::Call& call, ipc::control::VerifyAppParameters in);

 private:
  const config::Live& config_;
  verify::Verifier& verifier_;
  drift::DriftWatch& drift_;
  const launch::LaunchMatrix& matrix_;
  ControlTrail& trail_;
};

}  // namespace wardend::service

// Status: what is held, how the servers and the workstation are, and whether wardend is ready. It names no patient. The
// caller's role has been checked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/clearing/clearing.hpp"
#include "daemon/drift/drift_watch.hpp"
#include "daemon/fhircast/follower.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "daemon/service/reloader.hpp"
#include "daemon/session/store.hpp"
#include "daemon/switches/app_switches.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// What Status looks at, one struct for each part of its reply.
struct HeldView {
  Clock& clock;
  session::SessionStore& store;
  const server::Revoker& revoker;
};
struct ServersView {
  const config::Live& config;
  const server::ServerHealth& server_health;
  server::ServerDirectory& directory;  // what is shown may be accepted from then on
  const fhircast::Follower& follower;
  const switches::AppSwitches& switches;
  const drift::DriftWatch& drift;
};
struct WorkstationView {
  const workstation::Workstation& workstation;
  clearing::Clearing& clearing;
  std::function<std::string()> not_ready_reason;  // empty text: ready
  std::function<std::string()> ehr_unit_trouble;  // empty text: none
};

class StatusMethod {
 public:
  struct Views {
    HeldView held;
    ServersView servers;
    WorkstationView workstation;
    const Reloader& reloader;
    std::function<std::vector<std::string>()> forwarding_notices = {};  // none: nobody is asked
  };
  StatusMethod(Views views, ControlTrail& trail, std::string version);

  // How things stand. Who may accept a server's changed endpoints is shown them, and may do so from then on.
  enum class For { operators, everybody };
  [[nodiscard]] ipc::control::StatusReply picture(For whom) const;
  // Answers the method of its name.
  Answer<ipc::control::StatusReply> status(const ipc::Call& call);

 private:
  Views views_;
  ControlTrail& trail_;
  std::string version_;
  WallTime started_at_;
};

}  // namespace wardend::service

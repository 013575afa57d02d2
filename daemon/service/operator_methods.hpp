// Reload and AcceptServer: what operators decide. The caller's role has been checked.
#pragma once

#include "daemon/server/directory.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "daemon/service/reloader.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

class OperatorMethods {
 public:
  OperatorMethods(Reloader& reloader, server::ServerDirectory& directory, ControlTrail& trail)
      : reloader_(reloader), directory_(directory), trail_(trail) {}

  // Each answers the method of its name.
  Answer<ipc::control::ReloadReply> reload(const ipc::Call& call);
  Answer<ipc::control::AcceptServerReply> accept_server(const ipc::Call& call, ipc::control::AcceptServerParameters in);

 private:
  Reloader& reloader_;
  server::ServerDirectory& directory_;
  ControlTrail& trail_;
};

}  // namespace wardend::service

// BeginLaunch, CompleteLaunch, AwaitLaunch over the launcher.
#pragma once

#include <string>

#include "daemon/access/gate.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/session/store.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class LaunchMethods {
 public:
  struct Parts {
    Clock& clock;
    const config::Live& config;
    access::Gate& gate;
    launch::Launcher& launcher;
    session::SessionStore& store;
  };
  explicit LaunchMethods(const Parts& parts) : parts_(parts) {}

  // Each answers the method of its name.
  Answer<ipc::broker::BeginLaunchReply> begin_launch(const ipc::Call& call, ipc::broker::BeginLaunchParameters in);
  Answer<ipc::broker::CompleteLaunchReply> complete_launch(ipc::Call& call, ipc::broker::CompleteLaunchParameters in);
  Answer<ipc::broker::AwaitLaunchReply> await_launch(ipc::Call& call, ipc::broker::AwaitLaunchParameters in);

 private:
  [[nodiscard]] Result<void> check_launch(const access::Who& who, const std::string& id);
  [[nodiscard]] Result<ipc::broker::Session> launched(const Result<std::string>& outcome);

  Parts parts_;
};

}  // namespace wardend::service

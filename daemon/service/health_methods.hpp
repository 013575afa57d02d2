// GetHealth: how the servers are. It names no patient, no user and no session, so that anybody may ask.
#pragma once

#include "daemon/access/gate.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/answer.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class HealthMethods {
 public:
  HealthMethods(const config::Live& config, const access::Gate& gate, const server::ServerDirectory& directory,
                const server::ServerHealth& server_health)
      : config_(config), gate_(gate), directory_(directory), server_health_(server_health) {}

  // Answers the method of its name.
  Answer<ipc::broker::GetHealthReply> get_health(const ipc::Call& call, ipc::broker::GetHealthParameters in);

 private:
  const config::Live& config_;
  const access::Gate& gate_;
  const server::ServerDirectory& directory_;
  const server::ServerHealth& server_health_;
};

}  // namespace wardend::service

// GetSession, ListSessions, EndSession: the caller's own sessions.
#pragma once

#include "daemon/access/gate.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/session/store.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class SessionMethods {
 public:
  struct Parts {
    Clock& clock;
    access::Gate& gate;
    session::SessionStore& store;
    clearing::Clearing& clearing;
    const server::ServerHealth& server_health;
  };
  explicit SessionMethods(const Parts& parts) : parts_(parts) {}

  // Each answers the method of its name.
  Answer<ipc::broker::GetSessionReply> get_session(ipc::Call& call, ipc::broker::GetSessionParameters in);
  Answer<ipc::broker::ListSessionsReply> list_sessions(ipc::Call& call);
  Answer<ipc::broker::EndSessionReply> end_session(const ipc::Call& call, ipc::broker::EndSessionParameters in);

 private:
  Parts parts_;
};

}  // namespace wardend::service

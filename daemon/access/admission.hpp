// Whether a caller may use the token of a session at all: who it is, which session it means, and that the session has a
// token that is good for long enough. GetToken, the write guard and the gateway ask here.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "base/audit_sink.hpp"
#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/access/token_request.hpp"
#include "daemon/refresh/token_readiness.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/store.hpp"

namespace wardend::access {

class Admission {
 public:
  struct Parts {
    Gate& gate;
    session::SessionStore& store;
    refresh::TokenReadiness& readiness;
    const server::ServerHealth& server_health;
    const AuditSink& audit;
  };
  explicit Admission(const Parts& parts) : parts_(parts) {}

  // How far a caller came; without `refused` it may have what it asks for.
  struct Asked {
    Result<Who> who;
    session::Session* session = nullptr;
    std::optional<Error> refused = {};
  };
  // Looks at the caller and the session as they are now. Errors: those of Gate::admit, session_choice.hpp and check().
  [[nodiscard]] Asked look(const ipc::Caller& caller, workstation::EpochNumber epoch, const TokenRequest& request);
  // The same, and waits for a refresh where the token is nearly over. Besides: the errors of TokenReadiness. What is in
  // it is of the turn in which it completes. `caller` must outlive the call.
  [[nodiscard]] asio::awaitable<Asked> admit(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                             TokenRequest request);
  // The error as the caller is told it.
  [[nodiscard]] Error told(Error error, const Asked& asked) const;

 private:
  Parts parts_;
};

}  // namespace wardend::access

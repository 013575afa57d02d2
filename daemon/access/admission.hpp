// Whether a caller may ask for a write at all: who it is, which session it names, and that the session has a token good
// for longer than a permit.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/access/token_request.hpp"
#include "daemon/refresh/token_readiness.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/store.hpp"

namespace wardend::writes {

class WriteAdmission {
 public:
  struct Parts {
    access::Gate& gate;
    session::SessionStore& store;
    refresh::TokenReadiness& readiness;
    const server::ServerHealth& server_health;
    const AuditSink& audit;
  };
  explicit WriteAdmission(const Parts& parts) : parts_(parts) {}

  // How far a caller came; without `refused` it may ask.
  struct Asked {
    Result<access::Who> who;
    session::Session* session = nullptr;
    std::optional<Error> refused = {};
  };
  struct Asking {
    std::string session;
    std::string patient;
  };
  // Looks at the caller and the session as they are now. Errors: those of Gate::admit, named_session() and
  // access::check().
  [[nodiscard]] Asked look(const ipc::Caller& caller, workstation::EpochNumber epoch, const Asking& asking);
  // The same, and waits for a refresh where the token is nearly over. Besides: the errors of TokenReadiness.
  [[nodiscard]] asio::awaitable<Asked> admit(const ipc::Caller& caller, workstation::EpochNumber epoch, Asking asking);
  // The error as the caller is told it.
  [[nodiscard]] Error told(Error error, const Asked& asked) const;

 private:
  Parts parts_;
};

}  // namespace wardend::writes

// The way of a token from the question to the record: may this caller, which session, may it have a token of that, is
// one there or does a refresh bring one. What is handed out then is the caller's of this class: nothing here knows a
// reply.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "config/live.hpp"
#include "daemon/access/admission.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/token_record.hpp"
#include "daemon/access/token_request.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"

namespace wardend::access {

// A token that may be handed out now: use it before the next await.
struct Issued {
  session::Session& session;  // its access token is there
  config::ConfigPtr config;
  server::Freshness freshness;
  std::string request_id;  // names this answer in the audit trail; no secret
};

class TokenIssue {
 public:
  struct Parts {
    Admission& admission;
    server::ServerHealth& server_health;
    TokenRecord& record;
  };
  TokenIssue(Parts parts, Random& random) : parts_(parts), request_id_prefix_(random.token(6)) {}

  // Waits for a refresh where one is needed, at most TokenReadiness::patience. `caller` must outlive the call. Every
  // answer is recorded. Errors: those of Admission.
  [[nodiscard]] asio::awaitable<Result<Issued>> issue(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                                      TokenRequest request);

 private:
  [[nodiscard]] Issued hand_out(const Who& who, session::Session& session);
  [[nodiscard]] std::unexpected<Error> refuse(const ipc::Caller& caller, const Admission::Asked& asked);
  [[nodiscard]] std::string next_request_id();

  Parts parts_;
  std::string request_id_prefix_;
  std::uint64_t issued_ = 0;
};

}  // namespace wardend::access

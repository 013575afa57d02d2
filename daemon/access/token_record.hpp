// What is recorded of tokens: who uses the session (for idle_timeout, and for who may still park work after a clear),
// an audit record for each refusal, one a minute for the same token to the same process, and counters by app and
// answer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/token_request.hpp"
#include "daemon/session/session.hpp"
#include "daemon/session/session_vault.hpp"
#include "ipc/caller.hpp"

namespace wardend::access {

// How often each answer was given: index 0 is ok, then Errc in order.
using ResultCounts = std::array<std::uint64_t, 25>;

class TokenRecord {
 public:
  TokenRecord(Clock& clock, session::SessionVault& session_vault, AuditSink& audit)
      : clock_(clock), session_vault_(session_vault), audit_(audit) {}

  // A token of `session` goes to `who`.
  void granted(const Who& who, session::Session& session, std::string request_id);
  // `session`: the one that was meant, if that is known.
  void refused(const ipc::Caller& caller, const Result<Who>& who, const session::Session* session, const Error& error);

  // app -> answers. A refusal of a caller whose app is not known counts for the app "".
  [[nodiscard]] const std::map<std::string, ResultCounts, std::less<>>& counts() const { return counts_; }

 private:
  Clock& clock_;
  session::SessionVault& session_vault_;
  AuditSink& audit_;
  std::map<std::string, ResultCounts, std::less<>> counts_;
};

}  // namespace wardend::access

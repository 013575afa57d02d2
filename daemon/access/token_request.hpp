// What a caller asks of a token, and whether the session may give it: pure. Whether a token is there and good for long
// enough is the question of daemon/refresh/token_readiness.hpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/session/session.hpp"

namespace wardend::access {

struct TokenRequest {
  std::optional<std::string> session = {};
  std::optional<std::string> patient = {};  // the one that the app has on screen
  std::optional<std::chrono::seconds> min_validity = {};
  bool stays_here = false;    // wardend uses it for the caller, who does not get it
  std::string rejected = {};  // SHA-256 in hex of a token that the FHIR server answered with 401; empty: none
};

// Whether what is handed out can be recorded now.
enum class Trail { writable, broken };

// Errors: AppDisabled, NotAuthorized (token_access = "gateway", and the token would leave), InvalidRequest
// (min_validity), PatientContextMissing, PatientMismatch, WorkstationLocked (the audit trail is broken and the
// configuration refuses then).
[[nodiscard]] Result<void> check(const TokenRequest& request, const session::Session& session,
                                 const config::Config& config, Trail trail);

}  // namespace wardend::access

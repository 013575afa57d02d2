// What a token response must be before it becomes a session: pure decisions over the app's rules and the response.
// An absent patient is told as absent; nothing is filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/workstation/workstation.hpp"
#include "protocol/oauth/id_token.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::launch {

// The error of a launch whose server could not be discovered.
[[nodiscard]] errors::LaunchFailed discovery_failed(const server::DiscoveryFailure& failure);

// What helps where the server's own words ask for a nonce; empty: they do not.
[[nodiscard]] std::string nonce_advice(std::string_view description);

// The error of a launch that ended at that stage. `description` is for people.
[[nodiscard]] errors::LaunchFailed launch_failed(LaunchStage stage, std::string code, std::string description);

// What is asked for: the app's scopes plus `launch` or `launch/patient` by mode.
[[nodiscard]] smart::ScopeSet requested_scopes(const config::App& app, Mode mode);

struct Grant {
  smart::ScopeSet granted = {};
  std::vector<std::string> missing = {};
  std::vector<std::string> surplus = {};  // granted, and never asked for: not kept
  std::string cause = {};                 // of what is missing, where the answer shows it; a sentence
};
// `who`: the id_token's claims, already believed; nullopt: none came. `requested`: what the authorization request asked
// for. Errors: PatientContextMissing, ScopeNotGranted, LaunchFailed (identity).
[[nodiscard]] Result<Grant> admit(const config::App& app, const oauth::TokenResponse& response,
                                  const std::optional<oauth::IdTokenClaims>& who, const smart::ScopeSet& requested);

}  // namespace wardend::launch

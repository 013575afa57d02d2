// What the redirect says with which the EHR sends the browser back: whether it belongs to this launch, and what stands
// against exchanging its code. No I/O.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/server/directory.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {

// Reads a redirect that an app received itself. Errors: InvalidRequest: not this app's redirect address; LaunchFailed
// (authorization): malformed, or of another launch.
[[nodiscard]] Result<oauth::AuthorizationResponse> read_redirect(const Pending& pending, const Secret& redirect_url);

// Whether a launch is over by an error of read_redirect: its redirect came, and cannot be used. A redirect of another
// launch, or to another address, says nothing of this one.
[[nodiscard]] bool ends_launch(const Error& error);

// LaunchFailed (authorization) for a redirect that cannot be used. `code`: a word of parse_authorization_response,
// state_missing or state_mismatch.
[[nodiscard]] errors::LaunchFailed unusable_redirect(const std::string& code);

// LaunchFailed, by its stage: discovery: nothing may be sent to the server now; authorization: the answer came from
// another server, or is an error. nullopt: its code may be exchanged.
[[nodiscard]] std::optional<Error> fault_of(const oauth::AuthorizationResponse& response,
                                            const server::ServerDirectory::Answer& known);

}  // namespace wardend::launch

// The id_token of a token response, right or wrong in one way. Pure but for the keys.
// Spec: OpenID Connect Core 1.0 §2 and §3.1.3.6; SMART App Launch 2.2.0, Scopes for requesting identity data.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/flaw.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/keys.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

// Where `user` is found, as the settings have it; empty: nobody shall know.
[[nodiscard]] std::string fhir_user_of(const Settings& settings, const std::string& user);

// nullopt where the flaw is that there is none.
[[nodiscard]] std::optional<std::string> make_id_token(const Settings& settings, const SigningKeys& keys,
                                                       const Issued& issued, std::optional<Flaw> flaw, WallTime now);

}  // namespace wardend::sandbox

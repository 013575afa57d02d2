// What a token request that went well is answered with, as the settings and a fault have it. Pure but for the keys.
// Spec: RFC 6749 §5.1; SMART App Launch 2.2.0, Response.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/keys.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

enum class Occasion { exchange, refresh, narrowing };  // narrowing: a refresh that names scopes

// JSON text.
[[nodiscard]] std::string token_response(const Settings& settings, const SigningKeys& keys, const Issued& issued,
                                         Occasion occasion, const Struck& struck, WallTime now);

}  // namespace wardend::sandbox

// What an answer that brings tokens says of the launch: patient, encounter, fhirContext and the rest of the context.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "protocol/oauth/token.hpp"

namespace wardend::oauth {

// Fills `response.context`, and what belongs to it, from the members of `body`. Nothing is changed on the way: a member
// that cannot be kept as it came is left out, and told in `response.left_out`.
// Spec: SMART App Launch 2.2.0, launch context arrives with your access_token
void read_context(const nlohmann::json& body, TokenResponse& response);

}  // namespace wardend::oauth

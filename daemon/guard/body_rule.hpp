// What a write brings, by the kind of the request.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/guard/decision.hpp"
#include "daemon/guard/resource_rule.hpp"

namespace wardend::guard {

// After judge_words() asked for it: pass, needs_target, or inspect_reply for an operation; else refuse. Records that it
// refers to are in `around.referred` then. Not for a Bundle to the base and not for a search's form.
[[nodiscard]] Verdict judge_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Around& around);

}  // namespace wardend::guard

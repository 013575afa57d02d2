// What a write brings, by the kind of the request.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/guard/decision.hpp"
#include "daemon/guard/resource_rule.hpp"

namespace wardend::guard {

// After judge_words() asked for it: pass, needs_target, or inspect_reply for an operation; else refuse. `entries` are
// those of the Bundle that it stands in. Not for a Bundle to the base and not for a search's form.
[[nodiscard]] Verdict judge_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Facts& facts,
                                 const Entries& entries);

}  // namespace wardend::guard

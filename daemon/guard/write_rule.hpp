// What the words of a write say: its address, its condition, its scope.
#pragma once

#include "daemon/guard/decision.hpp"
#include "daemon/guard/mention_rule.hpp"

namespace wardend::guard {

// Before the body is known: needs_body, or for a delete needs_target or pass. Errors: ScopeNotGranted, PatientMismatch,
// ResourceRejected. The patient of the session is known.
[[nodiscard]] Verdict judge_words(const fhir::FhirRequest& request, const Around& around);

// Whether the resource that the write is to must be read first: it has an id, and could be about somebody.
[[nodiscard]] bool has_target(const fhir::FhirRequest& request);

}  // namespace wardend::guard

// Whether a request that changes nothing may go, and whether its reply must be judged.
#pragma once

#include <string_view>

#include "daemon/guard/decision.hpp"
#include "daemon/guard/mention_rule.hpp"
#include "daemon/guard/search_rule.hpp"

namespace wardend::guard {

// By what stands in its address. A patient-level scope covers what is tied to the patient, and types that are about
// nobody; a user-level scope covers the rest too, whose reply is then judged. Errors: ScopeNotGranted,
// PatientContextMissing, PatientMismatch, ResourceRejected.
[[nodiscard]] Verdict judge_read(const fhir::FhirRequest& request, const Facts& facts);

// An operation, by GET or POST: by name from the app's list, and on no other patient. Passes with needs_body,
// needs_target or inspect_reply.
[[nodiscard]] Verdict judge_operation(const fhir::FhirRequest& request, const Around& around);

// Whether operations on that type are about words and codes, and about nobody.
[[nodiscard]] bool is_terminology(std::string_view type);

// How what stands in a request's address ties it to the patient: a search by its parameters, what is below Patient/ID
// by that id, an operation by both.
[[nodiscard]] SearchTie tie_of_request(const fhir::FhirRequest& request, const Facts& facts);

}  // namespace wardend::guard

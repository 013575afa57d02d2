// Whether a resource, as it would be after a write, is about this patient and no other.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "daemon/guard/mention_rule.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// The first mention that fault_of() refuses, with its path.
[[nodiscard]] std::optional<Error> fault_in(const nlohmann::json& resource, const Around& around);

// nullopt: the resource is of the request's type and id, every reference in it is to this patient, it says that it is
// about this patient, and what [[app.write]] requires is there. A conditional update has no id. A Subscription is
// always refused: it sends on whatever its criteria find. The links of a Patient are left to judge_target(), which
// compares them. Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_resource(const fhir::FhirRequest& request, const nlohmann::json& resource,
                                                  const Around& around);

// nullopt: fault_in() finds nothing, no identifier of the record is another patient's number, and the patient is named
// where the type has no element that says whom it is about.
// Else ResourceRejected with the path, or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_mentions(const nlohmann::json& resource, const Around& around);

}  // namespace wardend::guard

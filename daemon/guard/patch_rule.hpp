// What a JSON Patch may touch, before and after it is applied.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "base/result.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// By the patch alone: it is one, and no operation but a test touches the element that says whom the resource is about,
// the id or, of a Patient, link, active and identifier. Of a conditional patch no result can be judged, so its values
// may name no other patient, and it may touch no element that [[app.write]] requires. Else ResourceRejected.
[[nodiscard]] std::optional<Error> judge_patch(const fhir::FhirRequest& request, const nlohmann::json& patch,
                                               const Around& around);

// The stored resource as the patch leaves it, judged as a body is. Else ResourceRejected or EncounterMismatch.
[[nodiscard]] std::optional<Error> judge_patched(const fhir::FhirRequest& request, const nlohmann::json& stored,
                                                 const nlohmann::json& patch, const Around& around);

}  // namespace wardend::guard

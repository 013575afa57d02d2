// Whether a resource that a write is to, as the server has it, is about this patient.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "daemon/guard/resource_rule.hpp"

namespace wardend::guard {

// The version of a target: as it was given, else its meta.versionId; empty: it has none.
[[nodiscard]] std::string version_of(const Target& target);

// What the request writes to, where it was read; nullptr: it was not.
[[nodiscard]] const Target* target_of(const fhir::FhirRequest& request, std::span<const Target> targets);

// nullopt: what is on the server is the resource that the request writes to, and about this patient. Else
// ResourceRejected.
[[nodiscard]] std::optional<Error> judge_stored(const fhir::FhirRequest& request, const nlohmann::json& stored,
                                                const Around& around);

// nullopt: the stored resource is about this patient, the write leaves it there, and a patch's result may be written. A
// resource that is not there may be made by an update alone. `body` is nullptr for a delete. Else ResourceRejected,
// EncounterMismatch, or ScopeNotGranted where a scope's search parameters do not hold for it.
[[nodiscard]] std::optional<Error> judge_target(const fhir::FhirRequest& request, const nlohmann::json* body,
                                                const Target& target, const Around& around);

}  // namespace wardend::guard

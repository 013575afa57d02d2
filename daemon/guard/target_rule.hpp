// Whether a resource that a write is to, as the server has it, is about this patient.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "daemon/guard/decision.hpp"

namespace wardend::guard {

// The version of a target: as it was given, else its meta.versionId; empty: it has none.
[[nodiscard]] std::string version_of(const Target& target);

// nullopt: the stored resource is about this patient, the write leaves it there, and a patch's result may be written. A
// resource that is not there may be made by an update alone. `body` is nullptr for a delete. Else ResourceRejected,
// EncounterMismatch, or ScopeNotGranted where a scope's search parameters do not hold for it.
[[nodiscard]] std::optional<Error> judge_target(const fhir::FhirRequest& request, const nlohmann::json* body,
                                                std::span<const Target> targets, const Facts& facts);

}  // namespace wardend::guard

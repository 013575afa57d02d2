// What the entries of a batch or a transaction ask for, each as the request that it would be by itself. No I/O.
// Spec: FHIR R4, RESTful API, batch/transaction
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "protocol/fhir/request.hpp"

namespace wardend::fhir {

// The words of `entry.request`; a member that is no text counts as not there. Views into the entry.
[[nodiscard]] EntryLine line_of(const nlohmann::json& entry);

// One for each entry, in their order. An entry that cannot be read is a Bundle: a request that says nothing.
[[nodiscard]] std::vector<FhirRequest> requests_in(const nlohmann::json& bundle);

}  // namespace wardend::fhir

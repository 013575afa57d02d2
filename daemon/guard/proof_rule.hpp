// Whether an answer says of its records whose they are. Where nothing in a request ties it to the patient, that is the
// only bond that there is: a record that names nobody may be anybody's.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// Why the request must not shape its answer (`_elements`, `_summary`, `_count=0`): the answer alone says whose it is.
// nullopt: it does not, or something else ties it to the patient.
[[nodiscard]] std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts);

// The path of the first record in the answer that may be anybody's; nullopt: none. What a search that names the patient
// looks for is the server's word, and so is an operation on the patient; what it includes is not. A record that names
// nobody and stands beside one of this patient that it refers to, or that refers to it, is this patient's: a
// Provenance, a Device. One that is tagged SUBSETTED must name the patient where its type says whom it is about.
[[nodiscard]] std::optional<std::string> first_unsaid(const fhir::FhirRequest& request, const nlohmann::json& answer,
                                                      const Facts& facts);

}  // namespace wardend::guard

// Whether an answer says of its records whose they are. Where nothing in a request ties it to the patient, that is the
// only bond that there is: a record that names nobody may be anybody's.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// Why the request must not shape its answer (`_elements`, `_summary`, a `_count` of none): the answer alone says whose
// it is. nullopt: it does not, or something else ties it to the patient.
[[nodiscard]] std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts);

// A record in an answer that is not shown to be this patient's, or a number of such records.
struct Unproved {
  std::string path = {};
  bool foreign = false;  // it says that it is somebody else's
};

// nullopt: there is none. A record is judged by whom it says that it is about, wherever it stands. What a search that
// names the patient looks for, what an operation on the patient answers and what a write wrote is this patient's where
// it does not name somebody else; what a search includes is not. A record that names nobody, and is of a type that need
// not, is this patient's where one of the patient's leads to it: a Device, a Provenance, the Schedule of a Slot. One
// that is tagged SUBSETTED must name the patient itself. A total must not count what is not shown.
[[nodiscard]] std::optional<Unproved> first_unproved(const fhir::FhirRequest& request, const nlohmann::json& answer,
                                                     const Facts& facts);

}  // namespace wardend::guard

// The parts of classify() behind the row of the HTTP page: headers, and which parameters a row lets a query have.
#pragma once

#include <optional>
#include <string>

#include "protocol/fhir/request.hpp"

namespace wardend::fhir {

// Reads what the headers say into `request`: its body, its condition, the version that it is for. A sentence: what is
// wrong with them, and the request is refused.
[[nodiscard]] std::optional<std::string> take_headers(FhirRequest& request, const RequestLine& line);

// A sentence: a parameter that the row does not have, or a condition that is none.
[[nodiscard]] std::optional<std::string> parameter_fault(const FhirRequest& request);

}  // namespace wardend::fhir

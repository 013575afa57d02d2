// The ids of FHIR resources. No I/O.
#pragma once

#include <string_view>

namespace wardend::fhir {

// A FHIR id: 1 to 64 of A-Z a-z 0-9 - . (a guard against path injection too). Spec: FHIR R4, datatypes, id.
[[nodiscard]] bool valid_id(std::string_view id);

}  // namespace wardend::fhir

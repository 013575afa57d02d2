// The ids of FHIR resources. No I/O.
#pragma once

#include <string_view>

namespace wardend::fhir {

// An id that may be passed on: 1 to 256 of A-Z a-z 0-9 - . _ (a guard against path injection too). Servers in the field
// make longer ones than FHIR lets them, and others than they have made cannot be asked for.
[[nodiscard]] bool valid_id(std::string_view id);

// Whether a valid id is also one by FHIR's own rule: at most 64, no underscore. Spec: FHIR R4, datatypes, id.
[[nodiscard]] bool conformant_id(std::string_view id);

}  // namespace wardend::fhir

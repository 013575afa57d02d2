// The launch context as SMART servers send it, and the guard for the ids in it.
#pragma once

#include <string_view>

#include "base/launch_context.hpp"

namespace wardend::smart {

using wardend::LaunchContext;

// A FHIR id: 1 to 64 of A-Z a-z 0-9 - . (a guard against path injection too). Spec: FHIR R4, datatypes, id.
[[nodiscard]] bool valid_fhir_id(std::string_view id);

}  // namespace wardend::smart

// The resource types of FHIR R4, R4B and R5: to find misspelt scopes. Spec: FHIR R4 and R5, resource index.
#pragma once

#include <span>
#include <string_view>

namespace wardend::config {

// In the order of the alphabet.
[[nodiscard]] std::span<const std::string_view> resource_types();

}  // namespace wardend::config

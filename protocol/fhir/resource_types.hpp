// The resource types of every FHIR release from DSTU2 to R5. Spec: the resource index of each release.
#pragma once

#include <span>
#include <string_view>

namespace wardend::fhir {

// In the order of the alphabet.
[[nodiscard]] std::span<const std::string_view> resource_types();

// Whether any release has a resource type of exactly that name.
[[nodiscard]] bool is_resource_type(std::string_view name);

// The type of that name, which is given in lower case; empty: there is none. For names that somebody wrote in a case of
// their own.
[[nodiscard]] std::string_view resource_type_like(std::string_view lower);

}  // namespace wardend::fhir

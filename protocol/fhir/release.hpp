// The releases of FHIR, as people call them and as servers number them. No I/O.
#pragma once

#include <optional>
#include <string_view>

namespace wardend::fhir {

enum class Release { dstu2, stu3, r4, r4b, r5 };

// "DSTU2", "STU3", "R4", "R4B" or "R5".
[[nodiscard]] std::string_view name_of(Release release);

// The release of that name; nullopt: there is none.
[[nodiscard]] std::optional<Release> release_named(std::string_view name);

// The release of a version like "4.0.1": its first two numbers count. nullopt: none of those above, or no version.
// Spec: FHIR R5, FHIR Version code system
[[nodiscard]] std::optional<Release> release_of_version(std::string_view version);

}  // namespace wardend::fhir

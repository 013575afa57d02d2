// Whether two FHIR base addresses are probably one server's, spelt differently. For a note to people: an EHR's `iss` is
// compared by BaseUrl itself, letter by letter, and must be.
#pragma once

#include <string>

#include "protocol/fhir/base_url.hpp"

namespace wardend::fhir {

// One text for all usual spellings of an address: no dot behind the host, the path without doubled slashes and dot
// segments, escaped letters as they are, in small letters. Spec: RFC 3986 §6.2.2, §6.2.3
[[nodiscard]] std::string likeness(const BaseUrl& base);

// The end of the address that names a resource type ("Patient", "Patient/7"): what belongs to a request; empty: none.
[[nodiscard]] std::string resource_end(const BaseUrl& base);

}  // namespace wardend::fhir

// The version of a FHIR resource, as an ETag, If-Match and meta.versionId have it. No I/O.
// Spec: FHIR R4, RESTful API, managing resource contention; RFC 9110 §8.8.3
#pragma once

#include <string>
#include <string_view>

namespace wardend::fhir {

// Whether a text may stand in a header as a version: at most 128 visible characters of ASCII, none of them a quote
// mark. A server's word goes back to it, and to the app.
[[nodiscard]] bool is_version(std::string_view text);

// The version in a tag, without W/ and quote marks: W/"3" and "3" are 3. Empty: it names none.
[[nodiscard]] std::string version_in(std::string_view tag);

}  // namespace wardend::fhir

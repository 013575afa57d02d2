// Who a fhirUser claim names. No I/O.
// Spec: SMART App Launch 2.2.0 (scopes for requesting identity data).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "protocol/fhir/base_url.hpp"

namespace wardend::fhir {

// Whether a reference ends as one to a user does: a Patient, Practitioner, PractitionerRole, RelatedPerson or Person.
[[nodiscard]] bool names_user(std::string_view reference);

struct User {
  std::string text = {};     // an absolute URL
  bool same_server = false;  // may be read with the session's token; else it is a name and no address
};
// fhirUser as it came: absolute, or relative to the FHIR base; a Patient, Practitioner, PractitionerRole, RelatedPerson
// or Person with a FHIR id. The error is a word: fhir_user_malformed, fhir_user_type.
[[nodiscard]] std::expected<User, std::string> resolve_user(std::string_view claim, const BaseUrl& base);

}  // namespace wardend::fhir

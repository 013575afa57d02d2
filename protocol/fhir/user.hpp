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
  std::string text = {};     // an absolute URL: host in lower case, no default port, no empty segment, no version
  bool same_server = false;  // may be read with the session's token; else it is a name and no address
};
// fhirUser as it came: absolute, or relative to the FHIR base; a Patient, Practitioner, PractitionerRole, RelatedPerson
// or Person with a FHIR id, or a version of one. The error is a word: fhir_user_malformed, fhir_user_type.
// Spec: RFC 3986 §6.2.2.1 and §6.2.3; FHIR R4, references (version-specific)
[[nodiscard]] std::expected<User, std::string> resolve_user(std::string_view claim, const BaseUrl& base);

// What two resolved names of one server's users say of each other, where `sub` and issuer are the same. Where they are
// read is no part of the person: a proxy that ends TLS, or a second name of the host, changes scheme, host and path.
enum class SamePerson {
  yes,
  other_type,  // as a Practitioner beside its PractitionerRole: it may be the same person
  no,
};
[[nodiscard]] SamePerson compare_users(std::string_view first, std::string_view second);

}  // namespace wardend::fhir

// Whom a server names as the user of a session, and whether two such names can be the same person.
#pragma once

#include <string>

namespace wardend::session {

// Members that a server leaves out are empty.
struct User {
  std::string fhir_user = {};  // an absolute URL, as fhir::resolve_user() writes it
  std::string subject = {};    // `sub`, unique at its issuer
  std::string issuer = {};
  [[nodiscard]] bool known() const { return !subject.empty() && !issuer.empty(); }
};

// What one server says of two users.
enum class Likeness {
  same,        // or nothing that speaks against it
  other_role,  // one `sub` by fhirUsers of two types: the same person, and worth a look
  other_name,  // one `sub` by two fhirUsers of one type: neither is believed
  other_user,  // another `sub` of the same issuer
  foreign,     // names of two issuers say nothing of each other
};
// Spec: OpenID Connect Core 1.0 §2, §12.2
[[nodiscard]] Likeness compare(const User& known, const User& said);

}  // namespace wardend::session

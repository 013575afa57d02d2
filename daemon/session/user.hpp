// Whom a server names as the user of a session, and whether two such names can be the same person.
#pragma once

#include <string>

namespace wardend::session {

// Members that a server leaves out are empty.
struct User {
  std::string fhir_user = {};  // an absolute URL
  std::string subject = {};    // `sub`, unique at its issuer
  std::string issuer = {};
  [[nodiscard]] bool known() const { return !subject.empty() && !issuer.empty(); }
};

// Whether one server has named two people: another `sub` of the same issuer, or one `sub` with two fhirUsers, which is
// believed as neither. Names of two issuers say nothing of each other. Spec: OpenID Connect Core 1.0 §2, §12.2
[[nodiscard]] inline bool names_two(const User& first, const User& second) {
  if (!first.known() || !second.known() || first.issuer != second.issuer) return false;
  if (first.subject != second.subject) return true;
  return !first.fhir_user.empty() && !second.fhir_user.empty() && first.fhir_user != second.fhir_user;
}

}  // namespace wardend::session

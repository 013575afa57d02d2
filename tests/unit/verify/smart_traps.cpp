#include "tests/unit/verify/traps.hpp"

namespace wardend::verify::test {

const std::vector<Trap>& smart_traps() {
  static const std::vector<Trap> traps = {
      {31, "CapabilitiesAbsent", [](auto& of) { smart(of, R"({"capabilities":null})"); }, "capabilities",
       "capabilities is missing", blocking, contradicted, "capabilities"},
      {32, "PkceAbsent", [](auto& of) { smart(of, R"({"code_challenge_methods_supported":null})"); }, "PKCE with S256",
       "does not offer PKCE with S256", blocking, not_declared, "code_challenge_methods_supported"},
      {32, "PkceAbsentAndAllowed",
       [](auto& of) {
         smart(of, R"({"code_challenge_methods_supported":null})");
         of.server.oauth.legacy_pkce = true;
       },
       "PKCE with S256", "sent all the same", warning, not_declared, ""},
      {33, "SsoWithoutIssuer", [](auto& of) { smart(of, R"({"issuer":null})"); }, "who signs in", "names no issuer",
       warning, contradicted, "capabilities"},
      {34, "NoPermissionOfASyntax",
       [](auto& of) { smart(of, R"({"capabilities":["launch-ehr","launch-standalone","client-public"]})"); },
       "scope syntax v2", "neither permission-v1 nor permission-v2", warning, not_declared, "capabilities"},
      {35, "ListedScopesOfTheOtherSyntax", [](auto& of) { smart(of, R"({"scopes_supported":["patient/*.read"]})"); },
       "scope syntax v2", "scopes of the other syntax alone", note, none, "scopes_supported"},
      {35, "ListedScopesOfTheOtherSyntaxCover",
       [](auto& of) { smart(of, R"({"scopes_supported":["patient/*.read"]})"); }, "scope patient/Observation.rs",
       "covers it", ok, met, "scopes_supported[0]"},
      {36, "NoScopeOfAResource", [](auto& of) { smart(of, R"({"scopes_supported":["openid","launch"]})"); },
       "scope patient/Observation.rs", "no scope of any resource", note, unknown, "scopes_supported"},
      {37, "NoListOfScopes", [](auto& of) { smart(of, R"({"scopes_supported":null})"); },
       "scope patient/Observation.rs", "lists no scopes", note, unknown, ""},
      {38, "ScopeWithoutInteraction",
       [](auto& of) {
         smart(of, R"({"scopes_supported":["patient/Observation.c"]})");
         of.ask_for("patient/Observation.c");
       },
       "scope patient/Observation.c", "no interaction of Observation for the letter c", blocking, contradicted,
       "rest[0].resource[1].interaction"},
      {38, "ScopeWithoutInteractionIsListed",
       [](auto& of) {
         smart(of, R"({"scopes_supported":["patient/Observation.c"]})");
         of.ask_for("patient/Observation.c");
       },
       "scope patient/Observation.c", "covers it", ok, met, "scopes_supported[0]"},
      {39, "UserWildcardDoesNotCoverPatient", [](auto& of) { smart(of, R"({"scopes_supported":["user/*.*"]})"); },
       "scope patient/Observation.rs", "no scope that the server lists covers it", warning, not_declared,
       "scopes_supported"},
      {39, "UserWildcardCoversUser",
       [](auto& of) {
         smart(of, R"({"scopes_supported":["user/*.*"]})");
         of.ask_for("user/Observation.c");
       },
       "scope user/Observation.c", "covers it", ok, met, "scopes_supported[0]"},
      {40, "CategoryOfAMisspeltSystem",
       [](auto& of) {
         smart(of, R"({"scopes_supported":["patient/Observation.rs?category=http://hl7.org//CodeSystem-x|lab"]})");
         of.ask_for("patient/Observation.rs?category=http://hl7.org/CodeSystem-x|lab");
       },
       "scope patient/Observation.rs?category=http://hl7.org/CodeSystem-x|lab", "no scope that the server lists",
       warning, not_declared, "scopes_supported"},
      {41, "OldVerbWithAQuery",
       [](auto& of) {
         smart(of, R"({"scopes_supported":["patient/Observation.read?category=x","patient/Patient.rs"]})");
       },
       "scope patient/Observation.rs", "no scope that the server lists", warning, not_declared, "scopes_supported"},
      {42, "TextsThatAreNoScopes",
       [](auto& of) { smart(of, R"({"scopes_supported":["infra:x/y.z?","//","patient/Observation.rs"]})"); },
       "scope patient/Observation.rs", "covers it", ok, met, "scopes_supported[2]"},
      {43, "MethodThatIsNotListed",
       [](auto& of) {
         smart(of, R"({"token_endpoint_auth_methods_supported":["private_key_jwt"]})");
         of.registered_as(config::ClientAuth::client_secret_basic);
       },
       "client authentication client_secret_basic", "does not list this method", warning, contradicted,
       "token_endpoint_auth_methods_supported"},
      {43, "PublicClientThatIsNotListed",
       [](auto& of) { smart(of, R"({"token_endpoint_auth_methods_supported":["private_key_jwt"]})"); },
       "client authentication none", "public clients need not stand there", note, met, "capabilities[2]"},
      {44, "MisspeltMember",
       [](auto& of) {
         smart(of, R"({"token_endpoint_auth_methods_supported":null,"token_endpoint_auth_methods":["none"]})");
         of.registered_as(config::ClientAuth::client_secret_basic);
       },
       "client authentication client_secret_basic", "client-confidential-symmetric", ok, met, "capabilities[3]"},
      {45, "IssuerOnAnotherHost",
       [](auto& of) { smart(of, R"({"issuer":"https://login.vendor.example/.well-known/openid-configuration"})"); },
       "issuer", "not on the FHIR server's host", note, none, "issuer"},
      {46, "NoAuthorizationEndpoint", [](auto& of) { smart(of, R"({"authorization_endpoint":null})"); },
       "authorization_endpoint", "nobody can sign in", blocking, contradicted, ""},
      {47, "StandaloneWithoutPatient",
       [](auto& of) { smart(of, R"({"capabilities":["launch-ehr","launch-standalone","context-ehr-patient"]})"); },
       "patient of the app's own launch", "context-standalone-patient", warning, not_declared, "capabilities"},
      {48, "GrantsThatAreNeverUsed",
       [](auto& of) { smart(of, R"({"grant_types_supported":["implicit","password","authorization_code"]})"); },
       "grant password", "wardend never uses it", note, none, "grant_types_supported[1]"},
      {48, "ResponsesThatAreNoCode",
       [](auto& of) { smart(of, R"({"response_types_supported":["token","code token"]})"); }, "response type code",
       "code is not among it", blocking, contradicted, "response_types_supported"},
  };
  return traps;
}

}  // namespace wardend::verify::test

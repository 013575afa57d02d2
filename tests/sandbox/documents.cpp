// What the EHR says about itself.
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/keys.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

constexpr const char* oauth_uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

json endpoints(const Settings& settings) {
  const std::string oauth = settings.origin + "/oauth/";
  json document = {{"issuer", settings.fhir_base()},
                   {"jwks_uri", oauth + "jwks"},
                   {"authorization_endpoint", oauth + "authorize"},
                   {"token_endpoint", oauth + "token"},
                   {"revocation_endpoint", oauth + "revoke"},
                   {"introspection_endpoint", oauth + "introspect"},
                   {"scopes_supported",
                    {"openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "online_access",
                     "offline_access", "patient/*.rs", "user/*.rs", "patient/*.read", "user/*.read"}},
                   {"response_types_supported", json::array({"code"})},
                   {"token_endpoint_auth_methods_supported",
                    {"none", "client_secret_basic", "client_secret_post", "private_key_jwt"}},
                   {"token_endpoint_auth_signing_alg_values_supported", {"RS384", "ES384"}}};
  if (settings.response_iss) document["authorization_response_iss_parameter_supported"] = true;
  return document;
}

json resource(const char* type, std::initializer_list<const char*> interactions) {
  json entry = {{"type", type}, {"versioning", "versioned-update"}, {"interaction", json::array()}};
  for (const char* interaction : interactions) {
    entry["interaction"].push_back({{"code", interaction}});
    if (std::string_view(interaction) == "search-type")
      entry["searchParam"] = json::array({{{"name", "patient"}, {"type", "reference"}}});
  }
  return entry;
}

json with_writes(const char* type) {
  return resource(type, {"read", "vread", "history-instance", "search-type", "create", "update", "patch", "delete"});
}

}  // namespace

Reply smart_configuration(const Settings& settings) {
  json document = endpoints(settings);
  document["grant_types_supported"] = json::array({"authorization_code"});
  document["code_challenge_methods_supported"] = json::array({"S256"});
  document["capabilities"] = {"launch-ehr",
                              "launch-standalone",
                              "authorize-post",
                              "client-public",
                              "client-confidential-symmetric",
                              "client-confidential-asymmetric",
                              "sso-openid-connect",
                              "context-banner",
                              "context-style",
                              "context-ehr-patient",
                              "context-ehr-encounter",
                              "permission-offline",
                              "context-standalone-patient",
                              "context-standalone-encounter",
                              "permission-online",
                              "permission-patient",
                              "permission-user",
                              "permission-v1",
                              "permission-v2"};
  return {.body = dump_json(document)};
}

Reply openid_configuration(const Settings& settings) {
  json document = endpoints(settings);
  document["subject_types_supported"] = json::array({"public"});
  document["id_token_signing_alg_values_supported"] = json::array({"RS256"});
  if (settings.signing_algorithm != Algorithm::RS256)
    document["id_token_signing_alg_values_supported"].push_back(name_of(settings.signing_algorithm));
  return {.body = dump_json(document)};
}

Reply capability_statement(const Settings& settings) {
  json uris = json::array();
  for (const char* name : {"authorize", "token", "revoke", "introspect"})
    uris.push_back({{"url", name}, {"valueUri", settings.origin + "/oauth/" + name}});
  const json service = {{"system", "http://terminology.hl7.org/CodeSystem/restful-security-service"},
                        {"code", "SMART-on-FHIR"}};
  json security = {{"service", json::array({{{"coding", json::array({service})}}})}};
  if (settings.oauth_uris) security["extension"] = json::array({{{"url", oauth_uris}, {"extension", uris}}});
  const json rest = {{"mode", "server"},
                     {"security", security},
                     {"resource",
                      {resource("Patient", {"read"}), resource("Practitioner", {"read"}), with_writes("Observation"),
                       with_writes("MedicationRequest")}},
                     {"interaction", json::array({{{"code", "transaction"}}, {{"code", "batch"}}})}};
  const json statement = {{"resourceType", "CapabilityStatement"},
                          {"status", "active"},
                          {"date", "2024-03-01"},
                          {"kind", "instance"},
                          {"software", {{"name", "wardend-sandbox"}}},
                          {"implementation", {{"description", "simulated EHR"}, {"url", settings.fhir_base()}}},
                          {"fhirVersion", "4.0.1"},
                          {"format", json::array({"application/fhir+json"})},
                          {"rest", json::array({rest})}};
  return {.content_type = "application/fhir+json", .body = dump_json(statement)};
}

Reply operation_outcome(int status, const std::string& code, const std::string& diagnostics) {
  const json issue = {{"severity", "error"}, {"code", code}, {"diagnostics", diagnostics}};
  return {.status = status,
          .content_type = "application/fhir+json",
          .body = dump_json({{"resourceType", "OperationOutcome"}, {"issue", json::array({issue})}})};
}

}  // namespace wardend::sandbox

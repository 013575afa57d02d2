#include "tests/sandbox/profiles.hpp"

#include <algorithm>

namespace wardend::sandbox {
namespace {

// Inferno's mock server; only the client that it expects differs.
std::string inferno_config(const std::string& client) {
  return R"({"inferno_client":")" + client + R"(","token_life":3600,"code_life":600,"id_token_life":31536000,
    "rotation":false,"resends":true,"refresh_from_code":true,"nonce":false,"at_hash":false,"response_iss":false,
    "error_style":"inferno","token_members":{"need_patient_banner":null,"smart_style_url":null}})";
}

constexpr std::string_view inferno_smart =
    R"({"set":{"authorization_endpoint":"{origin}/auth/authorization","token_endpoint":"{origin}/auth/token",
        "introspection_endpoint":"{origin}/auth/introspect",
        "scopes_supported":["system/*.read","user/*.read","patient/*.read"],
        "token_endpoint_auth_methods_supported":["private_key_jwt","client_secret_basic"],
        "token_endpoint_auth_signing_alg_values_supported":["RS384","ES384"],
        "grant_types_supported":["client_credentials","authorization_code"],
        "capabilities":["client-confidential-asymmetric","launch-ehr","launch-standalone","authorize-post",
          "client-public","client-confidential-symmetric","permission-offline","permission-online",
          "permission-patient","permission-user","permission-v1","permission-v2","context-ehr-patient",
          "context-ehr-encounter","context-standalone-patient","context-standalone-encounter","context-banner",
          "context-style"]},
      "remove":["jwks_uri","revocation_endpoint","authorization_response_iss_parameter_supported",
        "response_types_supported"]})";
constexpr std::string_view inferno_openid =
    R"({"document":"openid","set":{"jwks_uri":"{base}/.well-known/jwks.json",
        "authorization_endpoint":"{origin}/auth/authorization","token_endpoint":"{origin}/auth/token"},
      "remove":["revocation_endpoint","introspection_endpoint","authorization_response_iss_parameter_supported"]})";

constexpr std::string_view no_revocation = R"({"remove":["revocation_endpoint"]})";

// Tokens of ten minutes, v2 or v1 by the registration, nothing rotated, a minute between two refreshes.
std::string oracle_config(const char* syntax) {
  return R"({"token_life":570,"wildcards":false,"rotation":false,"refresh_interval":60,"scope_syntax":")" +
         std::string(syntax) +
         R"(","error_uri":"https://authorization.example.org/errors/1","revokes_access_tokens":false,
            "refresh_lifetime":7776000,"response_iss":false,"token_members":{"active_ttl":1800}})";
}

constexpr std::string_view of_v1 =
    R"({"set":{"capabilities":["launch-ehr","launch-standalone","client-public","sso-openid-connect",
        "context-ehr-patient","context-ehr-encounter","context-standalone-patient","permission-offline",
        "permission-online","permission-patient","permission-user","permission-v1"]}})";
constexpr std::string_view general_scopes =
    R"({"set":{"scopes_supported":["launch","openid","fhirUser","profile","offline_access"]}})";

std::vector<Profile> test_servers() {
  return {{"inferno-public",
           "Inferno's mock server, for a public client",
           inferno_config("public"),
           {inferno_smart, inferno_openid}},
          {"inferno-symmetric",
           "Inferno's mock server, for a client with a secret",
           inferno_config("symmetric"),
           {inferno_smart, inferno_openid}},
          {"inferno-asymmetric",
           "Inferno's mock server, for a client with a key",
           inferno_config("asymmetric"),
           {inferno_smart, inferno_openid}},
          {"launcher",
           "SMART's public launcher",
           R"({"error_style":"launcher","spends":false,"fhir_user":"relative","response_iss":false,"at_hash":false})",
           {no_revocation}},
          {"launcher-post",
           "SMART's public launcher, authorization by POST",
           R"({"error_style":"launcher","spends":false,"fhir_user":"relative","response_iss":false,"at_hash":false,
               "post_loses_state":true,"bad_requests_stay":true})",
           {no_revocation}},
          {"smart1", "a server of SMART 1.0: no smart-configuration, scopes of v1",
           R"({"well_known":false,"scope_syntax":"v1","response_iss":false})"}};
}

std::vector<Profile> electronic_records() {
  return {
      {"epic",
       "five general scopes listed, a refresh token though none is echoed, no revocation",
       R"({"token_life":3600,"rotation":false,"echo_refresh_scope":false,"response_iss":false})",
       {no_revocation, general_scopes}},
      {"epic-confidential",
       "as epic, with the sandbox's list of scopes",
       R"({"token_life":3600,"rotation":false,"echo_refresh_scope":false,"response_iss":false})",
       {no_revocation}},
      {"epic-public",
       "no refresh token for a public client",
       R"({"token_life":3600,"public_refresh":false,"echo_refresh_scope":false,"response_iss":false})",
       {no_revocation}},
      {"oracle-health", "tokens of ten minutes, a minute between refreshes, no wildcards, v2", oracle_config("v2")},
      {"cerner-v2", "another name of oracle-health", oracle_config("v2")},
      {"cerner-v1", "the same for a client that is registered for scopes of v1", oracle_config("v1"), {of_v1}},
      {"meditech",
       "scopes are cut to what the site has approved; a grant that clients do not get is advertised",
       R"({"token_life":600,"rotation":true,"response_iss":false})",
       {R"({"set":{"grant_types_supported":["authorization_code","refresh_token","client_credentials"]}})"}},
      {"athenahealth",
       "the aud that is wanted is the base without /fhir; no revocation",
       R"({"token_life":3600,"aud":"{origin}","response_iss":false})",
       {no_revocation}},
      {"athena-root",
       "another name of athenahealth",
       R"({"token_life":3600,"aud":"{origin}","response_iss":false})",
       {no_revocation}},
      {"athena-r4",
       "the same with /r4 behind the base",
       R"({"token_life":3600,"aud":"{base}/r4","response_iss":false})",
       {no_revocation}},
      {"eclinicalworks",
       "tokens of five minutes, online_access is not listed, assertions of RS384 only",
       R"({"token_life":300,"refresh_lifetime":7776000,"response_iss":false})",
       {R"({"set":{"token_endpoint_auth_signing_alg_values_supported":["RS384"]}})"}},
      {"veradigm", "refreshes name no patient", R"({"context_on_refresh":false,"response_iss":false})"},
      {"nextgen",
       "wildcards of v1 listed, both syntaxes declared",
       R"({"response_iss":false})",
       {R"({"set":{"scopes_supported":["launch","openid","patient/*.*","user/*.*"]}})"}},
      {"advancedmd", "tokens of 3599 seconds, refresh tokens of ninety days",
       R"({"token_life":3599,"refresh_lifetime":7775999,"response_iss":false})"},
      {"openemr", "a refresh that names scopes loses its patient",
       R"({"narrowing_loses_patient":true,"response_iss":false})"},
      {"openemr-second-login", "the EHR asks for a sign-in of its own: somebody else may give it",
       R"({"signs_in":"practitioner-99","response_iss":false})"},
      {"bluebutton", "the patient comes with a refresh only",
       R"({"token_life":3600,"token_members":{"patient":null},"refresh_members":{"patient":"patient-1"},"response_iss":false})"}};
}

std::vector<Profile> server_products() {
  return {{"medplum",
           "fhirUser is relative, wildcards listed only",
           R"({"token_life":3600,"fhir_user":"relative","response_iss":false})",
           {R"({"set":{"scopes_supported":["launch","openid","fhirUser","offline_access","patient/*.rs"]}})"}},
          {"aidbox", "refresh tokens stay", R"({"rotation":false,"resends":true,"response_iss":false})"},
          {"smile-cdr", "online_access and offline_access are not echoed",
           R"({"echo_refresh_scope":false,"response_iss":false})"},
          {"firely", "refresh tokens of ninety days, tokens of an hour",
           R"({"token_life":3600,"refresh_lifetime":7776000,"response_iss":false})"},
          {"keycloak",
           "iss in the redirect, and no issuer in the SMART configuration",
           R"({"rotation":false,"resends":true,"response_iss":true})",
           {R"({"remove":["issuer"]})"}},
          {"entra", "a refresh must name its scopes",
           R"({"token_life":4500,"refresh_names_scopes":true,"response_iss":false})"},
          {"azure-fhir", "the aud that is wanted ends with a slash",
           R"({"token_life":4500,"aud":"{base}/","response_iss":false})"},
          {"azure-slash", "another name of azure-fhir", R"({"token_life":4500,"aud":"{base}/","response_iss":false})"},
          {"azure-closed-metadata",
           "metadata is for those who signed in",
           R"({"token_life":4500,"response_iss":false})",
           {},
           {R"({"at":"metadata","kind":"status","status":401,"outcome":"login"})"}},
          {"healthlake",
           "what it declares is what its customer typed; no revocation",
           R"({"response_iss":false})",
           {no_revocation}}};
}

const std::vector<Profile>& all() {
  static const std::vector<Profile> list = [] {
    std::vector<Profile> every = test_servers();
    for (auto& more : {electronic_records(), server_products()}) every.insert(every.end(), more.begin(), more.end());
    return every;
  }();
  return list;
}

struct LauncherError {
  std::string_view name;
  std::string_view fault;
};
// The launcher's statuses; what it asks of a client's assertion is told as it tells it.
constexpr LauncherError errors[] = {
    {"auth_invalid_client_id", R"({"at":"authorize","kind":"status","oauth_error":"invalid_client"})"},
    {"auth_invalid_redirect_uri", R"({"at":"authorize","kind":"status","status":400,"oauth_error":"invalid_request"})"},
    {"auth_invalid_scope", R"({"at":"authorize","kind":"status","oauth_error":"invalid_scope"})"},
    {"auth_invalid_client_secret", R"({"at":"token","kind":"status","status":401,"oauth_error":"invalid_client"})"},
    {"token_invalid_token", R"({"at":"token","kind":"status","status":401,"oauth_error":"invalid_client"})"},
    {"token_expired_refresh_token",
     R"({"at":"token","kind":"status","status":403,"oauth_error":"invalid_grant","grant_type":"refresh_token"})"},
    {"token_expired_registration_token",
     R"({"at":"token","kind":"status","status":401,"oauth_error":"invalid_client"})"},
    {"token_invalid_jti", R"({"at":"token","kind":"status","status":401,"oauth_error":"invalid_client"})"},
    {"token_invalid_scope", R"({"at":"token","kind":"status","status":401,"oauth_error":"invalid_scope"})"},
    {"request_invalid_token", R"({"at":"fhir","kind":"status","status":401,"outcome":"login"})"},
    {"request_expired_token", R"({"at":"fhir","kind":"status","status":401,"outcome":"expired"})"}};

}  // namespace

std::span<const Profile> profiles() { return all(); }

const Profile* profile_named(std::string_view name) {
  const auto found = std::ranges::find(all(), name, &Profile::name);
  return found == all().end() ? nullptr : &*found;
}

std::optional<std::string_view> launcher_error(std::string_view name) {
  const auto* const found = std::ranges::find(errors, name, &LauncherError::name);
  return found == std::end(errors) ? std::nullopt : std::optional(found->fault);
}

std::vector<std::string_view> launcher_errors() {
  std::vector<std::string_view> names;
  for (const LauncherError& error : errors) names.push_back(error.name);
  return names;
}

}  // namespace wardend::sandbox

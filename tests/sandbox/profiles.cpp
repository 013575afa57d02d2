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

const std::vector<Profile>& all() {
  static const std::vector<Profile> list = {
      {"inferno-public", inferno_config("public"), {inferno_smart, inferno_openid}},
      {"inferno-symmetric", inferno_config("symmetric"), {inferno_smart, inferno_openid}},
      {"inferno-asymmetric", inferno_config("asymmetric"), {inferno_smart, inferno_openid}},
      {"cerner-v2",
       R"({"token_life":570,"wildcards":false,"rotation":false,"scope_syntax":"v2","refresh_interval":60,
           "error_uri":"https://authorization.example.org/errors/1","revokes_access_tokens":false,
           "refresh_lifetime":7776000,"response_iss":false,"token_members":{"active_ttl":1800}})"},
      {"cerner-v1",
       R"({"token_life":570,"wildcards":false,"rotation":false,"scope_syntax":"v1","refresh_interval":60,
           "error_uri":"https://authorization.example.org/errors/1","revokes_access_tokens":false,
           "refresh_lifetime":7776000,"response_iss":false})",
       {R"({"set":{"capabilities":["launch-ehr","launch-standalone","client-public","sso-openid-connect",
             "context-ehr-patient","context-ehr-encounter","context-standalone-patient","permission-offline",
             "permission-online","permission-patient","permission-user","permission-v1"]}})"}},
      {"epic-confidential",
       R"({"token_life":3600,"rotation":false,"echo_refresh_scope":false,"response_iss":false})",
       {no_revocation}},
      {"epic-public",
       R"({"token_life":3600,"public_refresh":false,"echo_refresh_scope":false,"response_iss":false})",
       {no_revocation}},
      {"athena-root", R"({"aud":"{origin}","response_iss":false})", {no_revocation}},
      {"athena-r4", R"({"aud":"{base}/r4","response_iss":false})", {no_revocation}},
      {"openemr", R"({"narrowing_loses_patient":true,"response_iss":false})"},
      {"openemr-second-login", R"({"signs_in":"practitioner-99","response_iss":false})"},
      {"launcher",
       R"({"error_style":"launcher","spends":false,"fhir_user":"relative","response_iss":false,"at_hash":false})",
       {no_revocation}},
      {"launcher-post",
       R"({"error_style":"launcher","spends":false,"fhir_user":"relative","response_iss":false,"at_hash":false,
           "post_loses_state":true,"bad_requests_stay":true})",
       {no_revocation}},
      {"azure-slash", R"({"aud":"{base}/","response_iss":false})"},
      {"azure-closed-metadata",
       R"({"response_iss":false})",
       {},
       {R"({"at":"metadata","kind":"status","status":401,"outcome":"login"})"}},
      {"bluebutton",
       R"({"token_members":{"patient":null},"refresh_members":{"patient":"patient-1"},"response_iss":false})"},
      {"smart1", R"({"well_known":false,"scope_syntax":"v1","response_iss":false})"}};
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

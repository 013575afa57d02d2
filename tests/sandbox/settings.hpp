// What the simulated EHR is told to be: changed by the command line at the start, and by the control interface and its
// profiles later. Each member is one of `config` (config.cpp), but for `origin` and `down`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wardend::sandbox {

enum class Algorithm { RS256, RS384, ES384 };
// Where the fhirUser claim points. `profile` is the absolute URL under the claim's old name.
enum class FhirUser { absolute, relative, person, foreign, absent, profile };
enum class ScopeSyntax { any, v1, v2 };
// With which statuses and errors a grant is refused: as RFC 6749 has it, or as two well-known test servers do.
enum class ErrorStyle { rfc, inferno, launcher };
// Whose checks of a client are made and counted (inferno.hpp).
enum class InfernoClient { none, open, symmetric, asymmetric };

struct Settings {
  std::string origin = {};  // http://127.0.0.1:PORT, no slash at the end
  bool down = false;

  // Who and what a launch is about.
  std::string patient = "patient-1";  // where a launch names none
  std::string user = "practitioner-1";
  std::string encounter = "encounter-1";  // for the scope launch/encounter
  std::string signs_in = {};              // who gives a password, whoever launched; empty: the same

  // The authorization endpoint.
  std::string aud = "{base}";  // the only one that is taken
  std::chrono::seconds code_life{60};
  bool response_iss = true;                     // the redirect carries `iss`, and discovery says so
  bool wildcards = true;                        // false: a scope such as patient/*.rs is an invalid_scope
  ScopeSyntax scope_syntax = ScopeSyntax::any;  // of clients that are not registered
  bool post_loses_state = false;                // error redirects of a POST carry no state
  bool minds_prompt = true;                     // false: prompt and max_age mean nothing
  bool minds_launch = true;                     // false: any launch value is taken, again and again
  bool bad_requests_stay = false;               // an invalid_request is JSON with 400 in the browser, no redirect
  std::int64_t longest_url = 0;                 // bytes of an authorization by GET; 414 above, 0: no limit

  // The token endpoint.
  std::chrono::seconds token_life{300};
  std::chrono::seconds refresh_lifetime{0};  // of a refresh token that is not used; 0: for ever
  std::chrono::seconds refresh_interval{0};  // a grant that refreshes sooner gets a 429; 0: never
  bool rotation = true;                      // a refresh brings a new refresh token, and spends the old one
  bool spends = true;                        // false: the old one stays good beside the new one
  bool repeats_access_token = false;         // a refresh brings the access token of before, with what is left of it
  bool whole_seconds = false;                // an access token ends at a whole second, as with `exp` in a JWT
  std::int64_t images_in_context = 0;        // entries of fhirContext in every token response
  std::int64_t code_padding = 0;             // bytes by which a code is longer
  bool resends = false;                      // without rotation: the same refresh token is sent again
  bool refresh_from_code = false;            // a refresh token is its code + "_rt"
  bool public_refresh = true;                // false: only a client that authenticates gets a refresh token
  bool echo_refresh_scope = true;            // false: `scope` leaves offline_access and online_access out
  bool context_on_refresh = true;            // false: no patient, no encounter in a refresh's answer
  bool refresh_names_scopes = false;         // a refresh without scopes is an invalid_request
  bool narrowing_loses_patient = false;      // a refresh that names scopes brings no patient
  std::string token_members = {};            // a JSON object laid over every token response; null takes away
  std::string refresh_members = {};          // the same, of refreshes only
  ErrorStyle error_style = ErrorStyle::rfc;
  std::string error_uri = {};
  bool revokes_access_tokens = true;  // false: unsupported_token_type
  bool revokes_spent_tokens = true;   // false: the revocation of a spent refresh token ends nothing

  // The id_token.
  Algorithm signing_algorithm = Algorithm::RS256;
  FhirUser fhir_user = FhirUser::absolute;
  std::string foreign_base = "https://elsewhere.example.org/fhir";  // for FhirUser::foreign
  std::chrono::seconds id_token_life{3600};
  std::int64_t auth_time = 0;  // Unix seconds in place of the sign-in's; 0: that, where max_age asks for it
  bool nonce = true;           // echoed when it was sent
  bool at_hash = true;

  // The rest.
  bool well_known = true;         // false: smart-configuration is a 404, as of a SMART 1.0 server
  bool oauth_uris = true;         // the extension in the CapabilityStatement
  std::int64_t clock_offset = 0;  // seconds that this server's clock is ahead
  InfernoClient inferno_client = InfernoClient::none;

  [[nodiscard]] std::string fhir_base() const { return origin + "/fhir"; }
  // `text` with {origin} and {base} filled in.
  [[nodiscard]] std::string filled(std::string text) const {
    for (const auto& [name, value] : {std::pair{"{origin}", origin}, std::pair{"{base}", fhir_base()}})
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
        text.replace(at, std::string(name).size(), value);
    return text;
  }
};

}  // namespace wardend::sandbox

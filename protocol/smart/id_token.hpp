// Who signed in: the claims of an id_token, each check that they must pass, and what a fhirUser may be. No I/O.
// Spec: OpenID Connect Core 1.0 §3.1.3.7 and §12.2, SMART App Launch 2.2.0 (scopes for requesting identity data).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/smart/url.hpp"

namespace wardend::smart {

struct IdTokenClaims {
  std::string issuer = {};
  std::string subject = {};  // exactly as told: a name that had to be cut or cleaned could become another user's
  std::vector<std::string> audience = {};
  std::optional<std::string> authorized_party = {};  // azp
  std::string fhir_user = {};                        // fhirUser, else the older claim `profile`; as received, printable
  std::string nonce = {};
  std::string access_token_hash = {};  // at_hash
  std::optional<std::int64_t> auth_time = {};
  std::optional<std::int64_t> issued_at = {};
  std::optional<std::int64_t> expires_at = {};
};

// Reads a payload (protocol/jose/signature.hpp gives it). The error is a word: malformed, no_subject (absent, empty,
// over 255 bytes or not ASCII).
[[nodiscard]] std::expected<IdTokenClaims, std::string> read_id_token(std::string_view payload);

struct IdTokenExpectation {
  std::string issuer = {};  // the trust anchor: the server's own issuer, compared exactly
  std::string client_id = {};
  std::string nonce = {};              // empty: none was sent, any may be there
  std::string_view algorithm = {};     // the header's alg, for at_hash
  std::string_view access_token = {};  // compared with at_hash where that is present
  std::chrono::system_clock::time_point now = {};
};
// nullopt when the claims may be believed, else a word: issuer_mismatch, audience_mismatch (another client's, or
// further audiences that nobody configured), azp_mismatch, expired (60 s of skew), no_issue_time, issued_in_future,
// issued_long_ago (over ten minutes), nonce_mismatch, at_hash_mismatch.
[[nodiscard]] std::optional<std::string> check_id_token(const IdTokenClaims& claims,
                                                        const IdTokenExpectation& expectation);

struct FhirUser {
  std::string text = {};     // an absolute URL
  bool same_server = false;  // may be read with the session's token; else it is a name and no address
};
// fhirUser as it came: absolute, or relative to the FHIR base; a Patient, Practitioner, PractitionerRole, RelatedPerson
// or Person with a FHIR id. The error is a word: fhir_user_malformed, fhir_user_type.
[[nodiscard]] std::expected<FhirUser, std::string> resolve_fhir_user(std::string_view claim, const FhirBase& base);

// What of {issuer}/.well-known/openid-configuration is needed.
struct OpenIdConfiguration {
  std::string issuer = {};
  std::optional<Url> jwks_uri = {};
  std::vector<std::string> id_token_algorithms = {};
};
// Judges one HTTP answer. `issuer` must be the document's, exactly. The error is a word: openid_status,
// openid_not_json, openid_issuer_mismatch, openid_no_jwks_uri, openid_bad_jwks_uri (not https off loopback).
[[nodiscard]] std::expected<OpenIdConfiguration, std::string> parse_openid_configuration(int status,
                                                                                         std::string_view content_type,
                                                                                         std::string_view body,
                                                                                         std::string_view issuer);
// {issuer}/.well-known/openid-configuration, with exactly one slash between.
[[nodiscard]] std::string openid_configuration_address(std::string_view issuer);

}  // namespace wardend::smart

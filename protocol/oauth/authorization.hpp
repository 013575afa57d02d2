// The authorization request (PKCE S256, state, aud) and the judgement of its response. No I/O.
// Spec: SMART App Launch 2.2.0 §2.0.9 and §2.0.10, RFC 6749 §4.1, RFC 7636, RFC 9207.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "protocol/smart/discovery.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::oauth {

// BASE64URL(SHA-256(verifier)). Spec: RFC 7636 §4.2
[[nodiscard]] std::string pkce_challenge(std::string_view verifier);

struct AuthorizationRequest {
  std::string client_id;
  std::string redirect_uri;
  smart::ScopeSet scope;
  std::string aud;               // the configured base, or exactly the launch's iss
  std::string_view launch = {};  // the EHR's opaque value; empty: standalone
  std::string_view state;
  std::string_view code_challenge;
  std::string prompt = {};  // with "login" the server is asked for auth_time as well (max_age=0)
  std::string nonce = {};
};

// Whether `prompt`, a list of words, makes the server's user sign in anew. Spec: OpenID Connect Core 1.0 §3.1.2.1
[[nodiscard]] bool asks_to_sign_in(std::string_view prompt);

// The URL to open in the browser; a query that the endpoint already has is kept.
[[nodiscard]] Secret authorization_url(const http::Url& endpoint, const AuthorizationRequest& request);

// What the redirect brought, each parameter at most once.
struct AuthorizationResponse {
  Secret state = {};
  Secret code = {};
  std::string error = {};               // printable ASCII, at most 64 bytes
  std::string error_description = {};   // control characters stripped, at most 512 bytes
  std::optional<std::string> iss = {};  // exactly as received, to be compared; shown only as printable text
};

// Parses the query of a redirect (without "?"). The error is a word: duplicate_parameter, malformed_query,
// code_and_error, no_code, too_long (a code over 4 KiB or a query over 16 KiB).
[[nodiscard]] std::expected<AuthorizationResponse, std::string> parse_authorization_response(std::string_view query);

// RFC 9207: nullopt when the response may have come from that server, else the word issuer_mismatch or issuer_missing.
[[nodiscard]] std::optional<std::string> check_response_issuer(const AuthorizationResponse& response,
                                                               const smart::Discovery& discovery);

}  // namespace wardend::oauth

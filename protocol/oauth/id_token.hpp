// Who signed in: the claims of an id_token and each check that they must pass. No I/O.
// Spec: OpenID Connect Core 1.0 §3.1.3.7 and §12.2.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::oauth {

struct IdTokenClaims {
  std::string issuer = {};
  std::string subject = {};  // exactly as told: a name that had to be cut or cleaned could become another user's
  std::vector<std::string> audience = {};
  std::optional<std::string> authorized_party = {};  // azp
  std::string fhir_user = {};                        // fhirUser, else the older claim `profile`; as received, printable
  std::string name = {};                             // as people write it; for showing, no identity
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

}  // namespace wardend::oauth

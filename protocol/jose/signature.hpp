// Signed texts (JWS, compact): made with a client's key, or checked with an issuer's. No I/O.
// Spec: RFC 7515; RFC 8725 for what is refused.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "protocol/jose/keys.hpp"

namespace wardend::jose {

// The payload of `compact`, once its signature holds. Only RS, PS and ES with 256, 384 or 512 are known; the key's type
// and curve must fit the algorithm, and its `alg`, where it has one, must be the same. A header's jku, x5u, jwk and x5c
// are ignored. Without a kid exactly one key may fit. The error is a word:
//   malformed (not three parts of base64url with JSON objects, or over 16 KiB), encrypted (five parts),
//   algorithm_refused (none, HS*, unknown, or a `crit` header), unknown_key (fetch the keys again),
//   ambiguous_key (no kid and several keys), bad_signature.
[[nodiscard]] std::expected<std::string, std::string> verified_payload(std::string_view compact, const KeySet& keys);

// The payload as it stands, its signature not looked at: for where something else vouches for it. The error: malformed,
// encrypted.
[[nodiscard]] std::expected<std::string, std::string> unverified_payload(std::string_view compact);

// What makes a text malformed, for people: which of its parts, and why; nothing of the part is in it. Empty: its three
// parts are base64url, and the first two are JSON objects.
[[nodiscard]] std::string why_malformed(std::string_view compact);

// The header's alg; empty when there is none that can be read.
[[nodiscard]] std::string algorithm_of(std::string_view compact);

// For people: that the header names none of `keys`, though they can serve; empty: it names one, or none at all.
[[nodiscard]] std::string why_unknown(std::string_view compact, const KeySet& keys);

// Signs `claims` (a JSON object's text) with typ JWT, the key's kid and alg. The error is a sentence.
[[nodiscard]] std::expected<Secret, std::string> sign(const SigningKey& key, std::string_view claims);

}  // namespace wardend::jose

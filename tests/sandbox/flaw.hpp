// What can be wrong with an id_token: reasons to reject it, but for those that say when they are none.
// Spec: OpenID Connect Core 1.0 §3.1.3.7 and §12.2.
#pragma once

#include <optional>
#include <string_view>

namespace wardend::sandbox {

enum class Flaw {
  no_id_token,       // openid was granted, and nothing came
  not_a_token,       // two parts, not three
  encrypted,         // five parts
  too_large,         // more than 16 KiB
  alg_none,          // unsigned
  hs256,             // signed with the published key as a shared secret
  eddsa,             // names an algorithm that it is not signed with
  es256k,            // the same
  rs1,               // the same
  bad_signature,     // one bit is not as it was
  foreign_key,       // signed by another key under the published one's kid
  embedded_key,      // the same, and the header brings the public half of that key
  unknown_kid,       // a name that was never published
  no_kid,            // fine while one key is published
  wrong_issuer,      // another server
  issuer_slash,      // the issuer with a slash behind it
  wrong_audience,    // another client
  extra_audience,    // two audiences, no azp
  wrong_azp,         // two audiences, azp is the other one
  expired,           // ten minutes ago
  no_expiry,         // no exp
  issued_in_future,  // ten minutes from now
  issued_long_ago,   // an hour ago
  no_iat,            // no iat
  no_sub,            // no sub
  other_sub,         // another user than the one who signed in: wrong at a refresh
  other_fhir_user,   // sub as before, fhirUser another's
  wrong_nonce,       // another nonce
  no_nonce,          // wrong if one was sent
  wrong_at_hash,     // the hash of another access token
};

[[nodiscard]] std::string_view name_of(Flaw flaw);
[[nodiscard]] std::optional<Flaw> flaw_named(std::string_view name);

}  // namespace wardend::sandbox

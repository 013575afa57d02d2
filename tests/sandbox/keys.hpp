// The keys that sign id_tokens: one that signs, and those of before that are still published. Made anew at every start.
// Spec: RFC 7515, RFC 7517, RFC 7518 §3; OpenID Connect Core 1.0 §2 and §10.1.1.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/settings.hpp"

struct evp_pkey_st;

namespace wardend::sandbox {

[[nodiscard]] std::string_view name_of(Algorithm algorithm);

class SigningKeys {
 public:
  enum class Old { kept, removed };

  // Each terminates when OpenSSL cannot make a key. `rsa_bits` means nothing to ES384.
  explicit SigningKeys(Algorithm algorithm = Algorithm::RS256, unsigned rsa_bits = 2048);
  void rotate(Algorithm algorithm, Old old, unsigned rsa_bits = 2048);

  [[nodiscard]] Algorithm algorithm() const { return keys_.back().algorithm; }
  [[nodiscard]] const std::string& key_id() const { return keys_.back().id; }
  [[nodiscard]] std::size_t count() const { return keys_.size(); }
  // The raw signature of a JWS signing input.
  [[nodiscard]] std::string sign(std::string_view input) const;
  // The published keys as a JWK set, the oldest first.
  [[nodiscard]] std::string jwks() const;
  // The public key that signs, as a JWK.
  [[nodiscard]] const std::string& public_key() const { return keys_.back().jwk; }

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  struct Key {
    Algorithm algorithm;
    std::unique_ptr<evp_pkey_st, Free> key;
    std::string id;
    std::string jwk;  // JSON text
  };
  [[nodiscard]] static Key make(Algorithm algorithm, unsigned rsa_bits);

  std::vector<Key> keys_;  // the last one signs
};

// The bytes of a hash: SHA-256 for RS256, SHA-384 for the others.
[[nodiscard]] std::string hash_for(Algorithm algorithm, std::string_view text);

}  // namespace wardend::sandbox

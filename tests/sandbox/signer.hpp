// The key that signs id_tokens: RS256, 2048 bits, made anew at every start.
// Spec: RFC 7515, RFC 7517; OpenID Connect Core 1.0 §2.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;

namespace wardend::sandbox {

class Signer {
 public:
  // Terminates when OpenSSL cannot make a key.
  Signer();
  ~Signer();
  // A compact JWS of `claims` (JSON text).
  [[nodiscard]] std::string sign(const std::string& claims) const;
  // The public key as a JWK set.
  [[nodiscard]] std::string jwks() const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  std::unique_ptr<evp_pkey_st, Free> key_;
  std::string modulus_;   // base64url
  std::string exponent_;  // base64url
  std::string key_id_;
};

}  // namespace wardend::sandbox

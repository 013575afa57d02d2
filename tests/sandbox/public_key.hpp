// A client's public key, from a JWK, and the check of a signature with it: OpenSSL alone, nothing of the broker's.
// Spec: RFC 7517, RFC 7518 §3.3 and §3.4; SMART App Launch 2.2.0, asymmetric client authentication (RS384, ES384).
#pragma once

#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace wardend::sandbox {

struct PublicKey {
  std::string id = {};  // kid
  bool curve = false;   // EC on P-384, else RSA
  std::shared_ptr<evp_pkey_st> key = {};

  // RS384 or ES384 over the signing input; an ES384 signature is 96 raw bytes.
  [[nodiscard]] bool verifies(std::string_view input, std::string_view signature) const;
};

// RSA of at least 2048 bits or EC on P-384, with a kid and no private part. The error is a sentence.
[[nodiscard]] std::expected<PublicKey, std::string> parse_public_key(const nlohmann::json& jwk);

}  // namespace wardend::sandbox

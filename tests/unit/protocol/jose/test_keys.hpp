// Keys for tests, made anew in each run, and signatures by OpenSSL alone: the other side of protocol/jose.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace wardend::test {

class TestKey {
 public:
  [[nodiscard]] static TestKey rsa(unsigned bits = 2048);
  [[nodiscard]] static TestKey ec(const char* curve);  // P-256, P-384, P-521

  [[nodiscard]] nlohmann::json public_jwk(std::string_view kid) const;   // kid empty: none
  [[nodiscard]] nlohmann::json private_jwk(std::string_view kid) const;  // with d and, for RSA, all of its parts

  // A compact JWS over `payload` with this header, signed as `algorithm` says whatever the header does.
  [[nodiscard]] std::string compact_with(const nlohmann::json& header, std::string_view payload,
                                         std::string_view algorithm) const;
  // The same with the plain header {alg, kid}.
  [[nodiscard]] std::string compact(std::string_view algorithm, std::string_view kid, std::string_view payload) const;
  [[nodiscard]] bool verifies(std::string_view compact, std::string_view algorithm) const;

 private:
  using Pkey = std::shared_ptr<EVP_PKEY>;
  explicit TestKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}
  Pkey key_;
};

// {"keys": [...]}
[[nodiscard]] std::string jwks(const std::initializer_list<nlohmann::json>& keys);

// One of each kind, made once for the whole program: RSA takes its time.
[[nodiscard]] const TestKey& rsa_key();
[[nodiscard]] const TestKey& other_rsa_key();
[[nodiscard]] const TestKey& p256_key();
[[nodiscard]] const TestKey& p384_key();
[[nodiscard]] const TestKey& p521_key();

}  // namespace wardend::test

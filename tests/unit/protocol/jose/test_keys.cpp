#include "tests/unit/protocol/jose/test_keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "base/encoding.hpp"

namespace wardend::test {
namespace {

using Json = nlohmann::json;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Big-endian; `size` 0: as short as it goes.
std::string number(const EVP_PKEY* key, const char* name, std::size_t size = 0) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) throw std::runtime_error(name);
  std::string text(size == 0 ? static_cast<std::size_t>(BN_num_bytes(value)) : size, '\0');
  BN_bn2binpad(value, bytes(text), static_cast<int>(text.size()));
  BN_clear_free(value);
  return text;
}

bool is_rsa(const EVP_PKEY* key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA; }
std::size_t coordinate_size(const EVP_PKEY* key) { return static_cast<std::size_t>(EVP_PKEY_get_bits(key) + 7) / 8; }

const EVP_MD* method(std::string_view algorithm) {
  if (algorithm.ends_with("256")) return EVP_sha256();
  return algorithm.ends_with("384") ? EVP_sha384() : EVP_sha512();
}

void use_padding(EVP_PKEY_CTX* context, std::string_view algorithm) {
  if (!algorithm.starts_with("PS")) return;
  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST);
}

std::string raw_from_der(const std::string& der, std::size_t half) {
  const unsigned char* at = bytes(der);
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw(half * 2, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), bytes(raw), static_cast<int>(half));
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), bytes(raw) + half, static_cast<int>(half));
  ECDSA_SIG_free(parts);
  return raw;
}

std::string der_from_raw(const std::string& raw) {
  const int half = static_cast<int>(raw.size() / 2);
  ECDSA_SIG* parts = ECDSA_SIG_new();
  ECDSA_SIG_set0(parts, BN_bin2bn(bytes(raw), half, nullptr), BN_bin2bn(bytes(raw) + half, half, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts, &der);
  std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  ECDSA_SIG_free(parts);
  return text;
}

}  // namespace

TestKey TestKey::rsa(unsigned bits) { return TestKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits})); }
TestKey TestKey::ec(const char* curve) { return TestKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }

Json TestKey::public_jwk(std::string_view kid) const {
  Json jwk;
  if (is_rsa(key_.get())) {
    jwk = {{"kty", "RSA"},
           {"n", base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_N))},
           {"e", base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_E))}};
  } else {
    const std::size_t size = coordinate_size(key_.get());
    jwk = {{"kty", "EC"},
           {"crv", "P-" + std::to_string(EVP_PKEY_get_bits(key_.get()))},
           {"x", base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, size))},
           {"y", base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size))}};
  }
  if (!kid.empty()) jwk["kid"] = kid;
  return jwk;
}

Json TestKey::private_jwk(std::string_view kid) const {
  Json jwk = public_jwk(kid);
  if (!is_rsa(key_.get())) {
    jwk["d"] = base64url(number(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, coordinate_size(key_.get())));
    return jwk;
  }
  const std::pair<const char*, const char*> parts[] = {
      {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
      {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
      {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};
  for (const auto& [name, parameter] : parts) jwk[name] = base64url(number(key_.get(), parameter));
  return jwk;
}

std::string TestKey::compact_with(const Json& header, std::string_view payload, std::string_view algorithm) const {
  const std::string text = base64url(header.dump()) + "." + base64url(payload);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* settings = nullptr;
  EVP_DigestSignInit(context.get(), &settings, method(algorithm), nullptr, key_.get());
  use_padding(settings, algorithm);
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size());
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), bytes(signature), &size, bytes(text), text.size()) != 1)
    throw std::runtime_error("sign");
  signature.resize(size);
  if (!is_rsa(key_.get())) signature = raw_from_der(signature, coordinate_size(key_.get()));
  return text + "." + base64url(signature);
}

std::string TestKey::compact(std::string_view algorithm, std::string_view kid, std::string_view payload) const {
  Json header = {{"alg", algorithm}};
  if (!kid.empty()) header["kid"] = kid;
  return compact_with(header, payload, algorithm);
}

bool TestKey::verifies(std::string_view compact, std::string_view algorithm) const {
  const auto dot = compact.rfind('.');
  const std::string_view text = compact.substr(0, dot);
  std::string signature = from_base64url(compact.substr(dot + 1)).value();
  if (!is_rsa(key_.get())) signature = der_from_raw(signature);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* settings = nullptr;
  EVP_DigestVerifyInit(context.get(), &settings, method(algorithm), nullptr, key_.get());
  use_padding(settings, algorithm);
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

std::string jwks(const std::initializer_list<Json>& keys) {
  Json document = {{"keys", Json::array()}};
  for (const Json& key : keys) document["keys"].push_back(key);
  return document.dump();
}

const TestKey& rsa_key() {
  static const TestKey key = TestKey::rsa();
  return key;
}
const TestKey& other_rsa_key() {
  static const TestKey key = TestKey::rsa();
  return key;
}
const TestKey& p256_key() {
  static const TestKey key = TestKey::ec("P-256");
  return key;
}
const TestKey& p384_key() {
  static const TestKey key = TestKey::ec("P-384");
  return key;
}
const TestKey& p521_key() {
  static const TestKey key = TestKey::ec("P-521");
  return key;
}

}  // namespace wardend::test

#include "tests/sandbox/keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace wardend::sandbox {
namespace {

constexpr int p384_bytes = 48;  // of P-384

const EVP_MD* digest_of(Algorithm algorithm) { return algorithm == Algorithm::RS256 ? EVP_sha256() : EVP_sha384(); }

// base64url; `bytes` long, or as long as it needs to be.
std::string number_of(const EVP_PKEY* key, const char* name, int bytes = 0) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) std::terminate();
  const int size = bytes > 0 ? bytes : BN_num_bytes(number);
  std::string text(static_cast<std::size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()), size);
  BN_free(number);
  return base64url(text);
}

// Two numbers of fixed size beside each other, of what OpenSSL gives as DER. Spec: RFC 7518 §3.4
std::string raw_signature(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* const signature = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size()));
  if (signature == nullptr) std::terminate();
  std::string raw(2 * static_cast<std::size_t>(p384_bytes), '\0');
  auto* const into = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), into, p384_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), into + p384_bytes, p384_bytes);
  ECDSA_SIG_free(signature);
  return raw;
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::RS256:
      return "RS256";
    case Algorithm::RS384:
      return "RS384";
    case Algorithm::ES384:
      return "ES384";
  }
  return "";
}

std::string hash_for(Algorithm algorithm, std::string_view text) {
  std::string hash(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  auto* const into = reinterpret_cast<unsigned char*>(hash.data());
  if (EVP_Digest(text.data(), text.size(), into, &size, digest_of(algorithm), nullptr) != 1) std::terminate();
  hash.resize(size);
  return hash;
}

void SigningKeys::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

SigningKeys::SigningKeys(Algorithm algorithm, unsigned rsa_bits) { keys_.push_back(make(algorithm, rsa_bits)); }

void SigningKeys::rotate(Algorithm algorithm, Old old, unsigned rsa_bits) {
  if (old == Old::removed) keys_.clear();
  keys_.push_back(make(algorithm, rsa_bits));
}

SigningKeys::Key SigningKeys::make(Algorithm algorithm, unsigned rsa_bits) {
  const bool curve = algorithm == Algorithm::ES384;
  Key made{.algorithm = algorithm, .key = nullptr, .id = {}, .jwk = {}};
  made.key.reset(curve ? EVP_EC_gen("P-384")
                       : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(rsa_bits)));
  if (!made.key) std::terminate();
  nlohmann::json jwk = {{"use", "sig"}, {"alg", name_of(algorithm)}, {"kty", curve ? "EC" : "RSA"}};
  if (curve) {
    jwk["crv"] = "P-384";
    jwk["x"] = number_of(made.key.get(), OSSL_PKEY_PARAM_EC_PUB_X, p384_bytes);
    jwk["y"] = number_of(made.key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, p384_bytes);
  } else {
    jwk["n"] = number_of(made.key.get(), OSSL_PKEY_PARAM_RSA_N);
    jwk["e"] = number_of(made.key.get(), OSSL_PKEY_PARAM_RSA_E);
  }
  made.id = base64url(sha256(dump_json(jwk))).substr(0, 16);
  jwk["kid"] = made.id;
  made.jwk = dump_json(jwk);
  return made;
}

std::string SigningKeys::sign(std::string_view input) const {
  const Key& key = keys_.back();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.key.get())), '\0');
  std::size_t size = signature.size();
  auto* const into = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSignInit(context.get(), nullptr, digest_of(key.algorithm), nullptr, key.key.get()) != 1 ||
      EVP_DigestSign(context.get(), into, &size, bytes, input.size()) != 1)
    std::terminate();
  signature.resize(size);
  return key.algorithm == Algorithm::ES384 ? raw_signature(signature) : signature;
}

std::string SigningKeys::jwks() const {
  std::string list;
  for (const Key& key : keys_) list += (list.empty() ? "" : ",") + key.jwk;
  return R"({"keys":[)" + list + "]}";
}

}  // namespace wardend::sandbox

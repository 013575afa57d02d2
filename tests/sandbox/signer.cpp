#include "tests/sandbox/signer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace wardend::sandbox {
namespace {

std::string number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) std::terminate();
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return base64url(bytes);
}

}  // namespace

void Signer::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Signer::Signer() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})) {
  if (!key_) std::terminate();
  modulus_ = number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N);
  exponent_ = number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E);
  key_id_ = base64url(sha256(modulus_)).substr(0, 16);
}

Signer::~Signer() = default;

std::string Signer::sign(const std::string& claims) const {
  const std::string header = dump_json({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key_id_}});
  std::string token = base64url(header) + "." + base64url(claims);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* const input = reinterpret_cast<const unsigned char*>(token.data());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, input, token.size()) !=
          1)
    std::terminate();
  return token + "." + base64url(std::string_view(signature).substr(0, size));
}

std::string Signer::jwks() const {
  const nlohmann::json key = {{"kty", "RSA"},   {"use", "sig"},  {"alg", "RS256"},
                              {"kid", key_id_}, {"n", modulus_}, {"e", exponent_}};
  return dump_json({{"keys", nlohmann::json::array({key})}});
}

}  // namespace wardend::sandbox

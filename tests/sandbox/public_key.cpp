#include "tests/sandbox/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"

namespace wardend::sandbox {
namespace {

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;
using Bytes = const unsigned char*;

constexpr std::size_t coordinate_bytes = 48;
constexpr int least_rsa_bits = 2048;

Owned<BIGNUM> number(std::string_view bytes) {
  return {BN_bin2bn(reinterpret_cast<Bytes>(bytes.data()), static_cast<int>(bytes.size()), nullptr), &BN_free};
}

std::string member(const nlohmann::json& jwk, const char* name) {
  const auto found = jwk.find(name);
  return found != jwk.end() && found->is_string() ? found->get<std::string>() : "";
}

std::shared_ptr<evp_pkey_st> built(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder), &OSSL_PARAM_free);
  const Owned<EVP_PKEY_CTX> loader(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (!parameters || !loader || EVP_PKEY_fromdata_init(loader.get()) != 1 ||
      EVP_PKEY_fromdata(loader.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return {key, &EVP_PKEY_free};
}

std::shared_ptr<evp_pkey_st> rsa_key(const nlohmann::json& jwk) {
  const auto n = from_base64url(member(jwk, "n"));
  const auto e = from_base64url(member(jwk, "e"));
  if (!n || !e || n->empty() || e->empty()) return nullptr;
  const auto modulus = number(*n);
  const auto exponent = number(*e);
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  auto key = built("RSA", builder.get());
  return key && EVP_PKEY_get_bits(key.get()) >= least_rsa_bits ? key : nullptr;
}

std::shared_ptr<evp_pkey_st> curve_key(const nlohmann::json& jwk) {
  const auto x = from_base64url(member(jwk, "x"));
  const auto y = from_base64url(member(jwk, "y"));
  const bool sized = x && y && x->size() == coordinate_bytes && y->size() == coordinate_bytes;
  if (member(jwk, "crv") != "P-384" || !sized) return nullptr;
  const std::string point = "\x04" + *x + *y;  // uncompressed
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return built("EC", builder.get());
}

// As DER, which OpenSSL wants; empty when it is not two numbers of fixed size.
std::string der_signature(std::string_view raw) {
  if (raw.size() != 2 * coordinate_bytes) return "";
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
  ECDSA_SIG_set0(signature.get(), number(raw.substr(0, coordinate_bytes)).release(),
                 number(raw.substr(coordinate_bytes)).release());
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

bool PublicKey::verifies(std::string_view input, std::string_view signature) const {
  const std::string form = curve ? der_signature(signature) : std::string(signature);
  if (form.empty()) return false;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<Bytes>(form.data()), form.size(),
                          reinterpret_cast<Bytes>(input.data()), input.size()) == 1;
}

std::expected<PublicKey, std::string> parse_public_key(const nlohmann::json& jwk) {
  if (!jwk.is_object()) return std::unexpected("a key is not an object");
  PublicKey parsed{.id = member(jwk, "kid"), .curve = member(jwk, "kty") == "EC"};
  if (parsed.id.empty()) return std::unexpected("a key has no kid");
  if (jwk.contains("d")) return std::unexpected("the key " + parsed.id + " is private: send its public half");
  if (!parsed.curve && member(jwk, "kty") != "RSA")
    return std::unexpected("the key " + parsed.id + " is neither EC nor RSA");
  parsed.key = parsed.curve ? curve_key(jwk) : rsa_key(jwk);
  if (!parsed.key)
    return std::unexpected("the key " + parsed.id + " is neither RSA of 2048 bits or more nor EC on P-384");
  return parsed;
}

}  // namespace wardend::sandbox

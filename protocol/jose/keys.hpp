// JSON Web Keys: the public ones by which an issuer's signatures are checked, and the private one with which we sign
// client assertions. The only door to the JOSE library, together with signature.hpp. No I/O.
// Spec: RFC 7517, RFC 7518.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace wardend::jose {

// A key as the library holds it.
struct LibraryKey;
struct LibraryKeyDeleter {
  void operator()(LibraryKey* key) const;
};
using LibraryKeyPtr = std::unique_ptr<LibraryKey, LibraryKeyDeleter>;

inline constexpr std::size_t max_key_set = 1024UL * 1024;  // bytes

struct PublicKey {
  std::string kid = {};
  std::string kty = {};
  std::string crv = {};  // EC only
  std::string use = {};
  std::string alg = {};  // empty: the issuer did not say
  LibraryKeyPtr key = {};
};

// What an issuer publishes. Numbers may be padded, and members null. Keys that cannot serve (unknown type, broken, RSA
// under 2048 or over 8192 bits, a kid over 512 bytes, use other than "sig") are left out; an empty set is no error.
class KeySet {
 public:
  // At most 1 MiB. The error is a word: jwks_not_json, jwks_no_keys (no array of that name).
  [[nodiscard]] static std::expected<KeySet, std::string> parse(std::string_view text);
  [[nodiscard]] const std::vector<PublicKey>& keys() const { return keys_; }
  // For people: how many keys cannot serve, and why the first of them; empty: all can.
  [[nodiscard]] std::string left_out() const;

 private:
  std::size_t left_out_ = 0;
  std::string why_;
  std::vector<PublicKey> keys_;
};

// The private key of a client: one JWK with `kid` and, for ES384, a P-384 key, for RS384, RSA of 2048 bits or more.
class SigningKey {
 public:
  // The error is a sentence for operators that quotes nothing of the key: what is wrong and what is wanted.
  [[nodiscard]] static std::expected<SigningKey, std::string> parse(const Secret& jwk);
  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] std::string_view algorithm() const { return algorithm_; }  // ES384 or RS384, by the key's type
  [[nodiscard]] LibraryKey& key() const { return *key_; }
  [[nodiscard]] LibraryKey& public_key() const { return *public_key_; }  // as written: what servers check with

 private:
  SigningKey() = default;
  std::string kid_, algorithm_;
  LibraryKeyPtr key_, public_key_;
};

}  // namespace wardend::jose

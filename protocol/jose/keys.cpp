#include "protocol/jose/keys.hpp"

#include <cjose/jwk.h>
#include <cjose/util.h>

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/wiping_heap.hpp"

namespace wardend::jose {
namespace {

using Json = nlohmann::json;
constexpr JsonLimits limits{.bytes = max_key_set};
constexpr std::size_t max_private_key = 16UL * 1024;
constexpr std::size_t least_rsa_bits = 2048;
constexpr std::size_t most_rsa_bits = 8192;  // checking a signature takes time with the square of it
constexpr std::size_t longest_name = 512;    // of a kid, use or alg

// The library's buffers hold private keys. This gives the wiping heap to it, to jansson below it and, where main has
// not done so, to OpenSSL.
void adopt_heap() {
  static const bool adopted = [] {
    cjose_set_alloc_funcs(heap::allocate, heap::reallocate, heap::release);
    return true;
  }();
  static_cast<void>(adopted);
}

bool is_encoded(std::string_view number) {
  return number.size() % 4 != 1 && std::ranges::all_of(number, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// The library decodes these by assertions: a length that no bytes have would end the program. Not by decoding them
// here: they may be a private key's.
bool are_encoded(const Json& jwk) {
  constexpr std::array numbers = {"n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"};
  return std::ranges::all_of(numbers, [&](const char* name) {
    const auto found = jwk.find(name);
    return found == jwk.end() || !found->is_string() || is_encoded(found->get_ref<const std::string&>());
  });
}

LibraryKeyPtr import_key(std::string_view jwk) {
  adopt_heap();
  return LibraryKeyPtr(reinterpret_cast<LibraryKey*>(cjose_jwk_import(jwk.data(), jwk.size(), nullptr)));
}

// The library counts a modulus by its bytes, leading zeros too.
std::size_t bits_of(std::string_view number) {
  const auto bytes = from_base64url(number);
  if (!bytes) return 0;
  const auto first = bytes->find_first_not_of('\0');
  if (first == std::string::npos) return 0;
  return (bytes->size() - first - 1) * 8 +
         static_cast<std::size_t>(std::bit_width(static_cast<unsigned char>((*bytes)[first])));
}

bool is_usual_size(std::size_t rsa_bits) { return rsa_bits >= least_rsa_bits && rsa_bits <= most_rsa_bits; }

// A number of a key without the padding that some issuers write. Spec: RFC 7518 §6.3.1.1 (none is meant)
std::string number_member(const Json& jwk, const char* name) {
  std::string text = text_member(jwk, name);
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.pop_back();
  return text;
}

// Its public half alone, so that nothing else of what an issuer writes reaches the library. The error says what is
// wrong with it.
std::expected<Json, std::string> public_half(const Json& jwk) {
  const std::string kty = text_member(jwk, "kty");
  std::vector<const char*> numbers;
  if (kty == "RSA") numbers = {"n", "e"};
  if (kty == "EC") numbers = {"x", "y"};
  if (numbers.empty()) return std::unexpected("its kty is not RSA or EC");
  Json half = {{"kty", kty}};
  if (kty == "EC") half["crv"] = text_member(jwk, "crv");
  if (kty == "EC" && half["crv"].get_ref<const std::string&>().empty()) return std::unexpected("crv is missing");
  for (const char* name : numbers) {
    const std::string number = number_member(jwk, name);
    if (number.empty()) return std::unexpected(std::string(name) + " is missing");
    if (!is_encoded(number)) return std::unexpected(std::string(name) + " is not base64url");
    half[name] = number;
  }
  return half;
}

// A key that an issuer published with its private half may be anybody's by now. A member that is null is not there.
// Spec: RFC 7517 §4
std::expected<PublicKey, std::string> read_public(const Json& jwk) {
  if (!jwk.is_object()) return std::unexpected("it is no JSON object");
  if (const Json* secret = find_member(jwk, "d"); secret != nullptr && !secret->is_null())
    return std::unexpected("its private half is published");
  const auto half = public_half(jwk);
  if (!half) return std::unexpected(half.error());
  PublicKey key{.kid = text_member(jwk, "kid"),
                .kty = text_member(jwk, "kty"),
                .crv = text_member(*half, "crv"),
                .use = text_member(jwk, "use"),
                .alg = text_member(jwk, "alg")};
  if (!key.use.empty() && key.use != "sig") return std::unexpected("it is not for signatures");
  if (std::max({key.kid.size(), key.alg.size()}) > longest_name) return std::unexpected("its kid or alg is too long");
  if (key.kty == "RSA" && !is_usual_size(bits_of(text_member(*half, "n"))))
    return std::unexpected("an RSA key must have 2048 to 8192 bits");
  key.key = import_key(dump_json(*half));
  if (!key.key) return std::unexpected("it is no key: its numbers do not fit");
  return key;
}

// ES384 or RS384, or what keeps the key from either.
std::expected<std::string, std::string> algorithm_for(const Json& jwk) {
  const std::string kty = text_member(jwk, "kty");
  if (kty == "EC") {
    if (text_member(jwk, "crv") != "P-384") return std::unexpected("an EC key must be on the curve P-384, for ES384");
    return "ES384";
  }
  if (kty != "RSA") return std::unexpected("the key must be an EC key on P-384 or an RSA key");
  if (bits_of(text_member(jwk, "n")) < least_rsa_bits) return std::unexpected("an RSA key must have 2048 bits or more");
  return "RS384";
}

// What is wrong with the members that say what the key is for; empty: nothing.
std::string misuse(const Json& jwk, std::string_view algorithm) {
  if (text_member(jwk, "kid").empty())
    return "the key has no kid: give it the one under which its public half is registered";
  const std::string use = text_member(jwk, "use");
  if (!use.empty() && use != "sig") return "the key's use is not \"sig\": make one for signatures";
  const std::string alg = text_member(jwk, "alg");
  if (!alg.empty() && alg != algorithm)
    return "the key's alg does not fit: take it out, or write " + std::string(algorithm);
  return {};
}

}  // namespace

void LibraryKeyDeleter::operator()(LibraryKey* key) const { cjose_jwk_release(reinterpret_cast<cjose_jwk_t*>(key)); }

std::expected<KeySet, std::string> KeySet::parse(std::string_view text) {
  const auto document = parse_json(text, limits);
  if (!document || !document->is_object()) return std::unexpected("jwks_not_json");
  const auto keys = document->find("keys");
  if (keys == document->end() || !keys->is_array()) return std::unexpected("jwks_no_keys");
  KeySet set;
  for (const Json& jwk : *keys) {
    if (auto key = read_public(jwk))
      set.keys_.push_back(std::move(*key));
    else if (++set.left_out_ == 1)
      set.why_ = std::move(key.error());
  }
  return set;
}

std::string KeySet::left_out() const {
  if (left_out_ == 0) return {};
  return std::to_string(left_out_) + " of " + std::to_string(left_out_ + keys_.size()) +
         " keys cannot be used: " + why_;
}

std::expected<SigningKey, std::string> SigningKey::parse(const Secret& jwk) {
  if (jwk.reveal().contains("-----BEGIN")) return std::unexpected("the key is PEM: write it as a JWK (RFC 7517)");
  auto document = parse_json(jwk.reveal(), max_private_key);
  struct Wiped {
    Json& value;
    ~Wiped() {
      if (value.is_object())
        for (Json& member : value)
          if (member.is_string()) wipe(member.get_ref<std::string&>());
    }
  };
  std::optional<Wiped> wiped;
  if (document) wiped.emplace(*document);
  if (!document || !document->is_object()) return std::unexpected("the key is no JWK: one JSON object is wanted");
  if (document->contains("keys")) return std::unexpected("the file is a set of keys: one private JWK is wanted");
  const auto algorithm = algorithm_for(*document);
  if (!algorithm) return std::unexpected(algorithm.error());
  if (std::string wrong = misuse(*document, *algorithm); !wrong.empty()) return std::unexpected(std::move(wrong));
  const auto half = document->find("d");
  const bool is_private = half != document->end() && half->is_string();
  if (!is_private) return std::unexpected("the key is a public one: the private JWK is wanted");
  SigningKey key;
  key.kid_ = text_member(*document, "kid");
  key.algorithm_ = *algorithm;
  if (const auto shown = public_half(*document); shown && are_encoded(*document)) {
    key.key_ = import_key(jwk.reveal());
    key.public_key_ = import_key(dump_json(*shown));
  }
  if (!key.key_ || !key.public_key_)
    return std::unexpected("the key cannot be read: a part of it is missing or broken");
  return key;
}

}  // namespace wardend::jose

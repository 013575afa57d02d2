#include "protocol/jose/signature.hpp"

#include <cjose/header.h>
#include <cjose/jwk.h>
#include <cjose/jws.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace wardend::jose {
namespace {

using Json = nlohmann::json;
constexpr std::size_t max_compact = 16UL * 1024;
constexpr std::size_t most_tried = 8;  // keys of one kid

// Spec: RFC 7518 §3.1. The library would take a key on any curve for each ES.
struct Algorithm {
  std::string_view name;
  std::string_view kty;
  std::string_view crv;
  std::size_t signature_bytes;  // 0: as many as the modulus has, which OpenSSL checks
};
constexpr std::array algorithms = {
    Algorithm{"RS256", "RSA", "", 0},       Algorithm{"RS384", "RSA", "", 0},
    Algorithm{"RS512", "RSA", "", 0},       Algorithm{"PS256", "RSA", "", 0},
    Algorithm{"PS384", "RSA", "", 0},       Algorithm{"PS512", "RSA", "", 0},
    Algorithm{"ES256", "EC", "P-256", 64},  Algorithm{"ES384", "EC", "P-384", 96},
    Algorithm{"ES512", "EC", "P-521", 132},
};

struct JwsRelease {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using Jws = std::unique_ptr<cjose_jws_t, JwsRelease>;
struct HeaderRelease {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
using Header = std::unique_ptr<cjose_header_t, HeaderRelease>;

const cjose_jwk_t* library_key(const LibraryKey& key) { return reinterpret_cast<const cjose_jwk_t*>(&key); }

struct Parts {
  Json header;
  std::string payload;
  std::size_t signature_bytes = 0;
};

std::optional<Json> object_of(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  auto value = text ? parse_json(*text, max_compact) : std::unexpected(std::string());
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(*value);
}

std::expected<Parts, std::string> take_apart(std::string_view compact) {
  const auto dots = compact.size() <= max_compact ? std::ranges::count(compact, '.') : 0;
  if (dots == 4) return std::unexpected("encrypted");
  if (dots != 2) return std::unexpected("malformed");
  const auto first = compact.find('.');
  const auto second = compact.find('.', first + 1);
  const auto payload = compact.substr(first + 1, second - first - 1);
  auto header = object_of(compact.substr(0, first));
  const auto signature = from_base64url(compact.substr(second + 1));
  if (!header || !object_of(payload) || !signature) return std::unexpected("malformed");
  return Parts{std::move(*header), *from_base64url(payload), signature->size()};
}

// Why a part of a text is not base64url; empty: it is. Spec: RFC 7515 §2, without padding, line breaks and white space
std::string base64url_fault(std::string_view part) {
  if (from_base64url(part)) return {};
  if (part.find_first_of(" \t\r\n") != std::string_view::npos) return "it has a blank or a line break";
  if (part.contains('+') || part.contains('/')) return "it has a + or a / of plain base64";
  if (part.contains('=')) return "it has padding (=)";
  if (part.size() % 4 == 1) return "it is cut off";
  return "it has a character that does not belong there";
}

std::string algorithm_in(const Json& header) {
  const auto found = header.find("alg");
  return found != header.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool fits(const PublicKey& key, const Algorithm& algorithm) {
  return key.kty == algorithm.kty && key.crv == algorithm.crv && (key.alg.empty() || key.alg == algorithm.name);
}

// The keys that may have made the signature: those that a kid names (several types may share one), else the only one.
std::expected<std::vector<const PublicKey*>, std::string> candidates(const Json& header, const Algorithm& algorithm,
                                                                     const KeySet& keys) {
  const auto kid = header.find("kid");
  const bool named = kid != header.end();
  if (named && !kid->is_string()) return std::unexpected("malformed");
  std::vector<const PublicKey*> fitting;
  for (const PublicKey& key : keys.keys())
    if (fits(key, algorithm) && (!named || key.kid == kid->get_ref<const std::string&>())) fitting.push_back(&key);
  if (fitting.empty()) return std::unexpected("unknown_key");
  if (fitting.size() > most_tried) fitting.resize(most_tried);
  if (!named && fitting.size() > 1) return std::unexpected("ambiguous_key");
  return fitting;
}

}  // namespace

std::expected<std::string, std::string> verified_payload(std::string_view compact, const KeySet& keys) {
  auto parts = take_apart(compact);
  if (!parts) return std::unexpected(parts.error());
  const auto algorithm = std::ranges::find(algorithms, algorithm_in(parts->header), &Algorithm::name);
  if (algorithm == algorithms.end() || parts->header.contains("crit")) return std::unexpected("algorithm_refused");
  const auto fitting = candidates(parts->header, *algorithm, keys);
  if (!fitting) return std::unexpected(fitting.error());
  if (algorithm->signature_bytes != 0 && parts->signature_bytes != algorithm->signature_bytes)
    return std::unexpected("bad_signature");
  const Jws jws(cjose_jws_import(compact.data(), compact.size(), nullptr));
  if (!jws) return std::unexpected("malformed");
  for (const PublicKey* key : *fitting)
    if (cjose_jws_verify(jws.get(), library_key(*key->key), nullptr)) return std::move(parts->payload);
  return std::unexpected("bad_signature");
}

std::expected<std::string, std::string> unverified_payload(std::string_view compact) {
  auto parts = take_apart(compact);
  if (!parts) return std::unexpected(parts.error());
  return std::move(parts->payload);
}

std::string why_malformed(std::string_view compact) {
  if (compact.size() > max_compact) return "it is larger than 16 KiB";
  const auto dots = std::ranges::count(compact, '.');
  if (dots != 2) return "it has " + std::to_string(dots + 1) + " parts in place of three";
  const auto first = compact.find('.');
  const auto second = compact.find('.', first + 1);
  const std::array parts = {std::pair{"header", compact.substr(0, first)},
                            std::pair{"payload", compact.substr(first + 1, second - first - 1)},
                            std::pair{"signature", compact.substr(second + 1)}};
  for (const auto& [name, text] : parts) {
    const std::string fault = base64url_fault(text);
    if (!fault.empty()) return std::string("its ") + name + " is not base64url: " + fault;
    if (text != parts.back().second && !object_of(text)) return std::string("its ") + name + " is no JSON object";
  }
  return {};
}

std::string algorithm_of(std::string_view compact) {
  const auto header = compact.size() <= max_compact ? object_of(compact.substr(0, compact.find('.'))) : std::nullopt;
  return header ? algorithm_in(*header) : std::string();
}

std::string why_unknown(std::string_view compact, const KeySet& keys) {
  if (keys.keys().empty()) return "the server publishes no key";
  const auto header = compact.size() <= max_compact ? object_of(compact.substr(0, compact.find('.'))) : std::nullopt;
  const std::string kid = header ? text_member(*header, "kid") : std::string();
  if (kid.empty() || std::ranges::find(keys.keys(), kid, &PublicKey::kid) != keys.keys().end()) return {};
  return "of " + words::counted(static_cast<std::int64_t>(keys.keys().size()), "key") + " none has the kid " +
         printable_ascii(kid, 64);
}

std::expected<Secret, std::string> sign(const SigningKey& key, std::string_view claims) {
  const Header header(cjose_header_new(nullptr));
  const std::string algorithm(key.algorithm());
  const bool set = header && cjose_header_set(header.get(), CJOSE_HDR_ALG, algorithm.c_str(), nullptr) &&
                   cjose_header_set(header.get(), "typ", "JWT", nullptr) &&
                   cjose_header_set(header.get(), CJOSE_HDR_KID, key.kid().c_str(), nullptr);
  const Jws jws(set ? cjose_jws_sign(library_key(key.key()), header.get(),
                                     reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), nullptr)
                    : nullptr);
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, nullptr)) return std::unexpected("the key cannot sign");
  // The library works out an EC key's public half by itself. Servers know the one that is written.
  const Jws again(cjose_jws_import(compact, std::string_view(compact).size(), nullptr));
  if (!again || !cjose_jws_verify(again.get(), library_key(key.public_key()), nullptr))
    return std::unexpected("the key's public half does not belong to its private one");
  return Secret(compact);
}

}  // namespace wardend::jose

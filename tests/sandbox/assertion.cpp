#include "tests/sandbox/assertion.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;
using Checked = std::expected<void, std::string>;

constexpr std::int64_t longest_life = 300;

struct Parts {
  json header;
  json claims;
  std::string_view input;
  std::string signature;
};

std::optional<json> object_in(std::string_view part) {
  const auto text = from_base64url(part);
  if (!text) return std::nullopt;
  auto object = parse_json(*text, 16 * 1024);
  return object && object->is_object() ? std::optional<json>(std::move(*object)) : std::nullopt;
}

std::optional<Parts> parts_of(std::string_view jwt) {
  if (std::ranges::count(jwt, '.') != 2) return std::nullopt;
  const auto first = jwt.find('.');
  const auto last = jwt.rfind('.');
  auto header = object_in(jwt.substr(0, first));
  auto claims = object_in(jwt.substr(first + 1, last - first - 1));
  auto signature = from_base64url(jwt.substr(last + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return Parts{std::move(*header), std::move(*claims), jwt.substr(0, last), std::move(*signature)};
}

std::optional<std::int64_t> time_in(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  return static_cast<std::int64_t>(std::clamp(found->get<double>(), 0.0, 1e12));
}

Checked check_header(const json& header) {
  if (text_in(header, "typ") != "JWT") return std::unexpected("typ is not JWT");
  const std::string alg = text_in(header, "alg");
  if (alg != "ES384" && alg != "RS384") return std::unexpected("alg is neither ES384 nor RS384");
  if (text_in(header, "kid").empty()) return std::unexpected("kid is missing");
  if (header.contains("jku")) return std::unexpected("jku is not the registered one: none is");
  return {};
}

Checked check_claims(const json& claims, const Client& client, const std::vector<std::string>& audiences,
                     std::int64_t now) {
  if (text_in(claims, "iss") != client.client_id) return std::unexpected("iss is not the client_id");
  if (text_in(claims, "sub") != client.client_id) return std::unexpected("sub is not the client_id");
  if (std::ranges::find(audiences, text_in(claims, "aud")) == audiences.end())
    return std::unexpected("aud is not the token endpoint");
  const auto expires = time_in(claims, "exp");
  if (!expires) return std::unexpected("exp is missing");
  if (*expires <= now) return std::unexpected("exp is in the past");
  if (*expires > now + longest_life) return std::unexpected("exp is more than 300 seconds ahead");
  if (time_in(claims, "nbf").value_or(0) > now) return std::unexpected("nbf is in the future");
  if (time_in(claims, "iat").value_or(0) > now) return std::unexpected("iat is in the future");
  if (text_in(claims, "jti").empty()) return std::unexpected("jti is missing");
  return {};
}

Checked check_signature(const Parts& parts, const Client& client) {
  const bool curve = text_in(parts.header, "alg") == "ES384";
  const std::string kid = text_in(parts.header, "kid");
  const auto fits = [&](const PublicKey& key) { return key.id == kid && key.curve == curve; };
  if (std::ranges::count_if(client.keys, fits) != 1) return std::unexpected("not one registered key has this kid");
  if (!std::ranges::find_if(client.keys, fits)->verifies(parts.input, parts.signature))
    return std::unexpected("the signature does not verify");
  return {};
}

}  // namespace

std::optional<std::string> claimed_issuer(std::string_view jwt) {
  const auto parts = parts_of(jwt);
  return parts ? std::optional(text_in(parts->claims, "iss")) : std::nullopt;
}

Checked Assertions::check(std::string_view jwt, const Client& client, const std::vector<std::string>& audiences,
                          WallTime now) {
  const auto parts = parts_of(jwt);
  if (!parts) return std::unexpected("not a JWT");
  if (auto header = check_header(parts->header); !header) return header;
  if (auto claims = check_claims(parts->claims, client, audiences, unix_seconds(now)); !claims) return claims;
  if (auto signature = check_signature(*parts, client); !signature) return signature;
  if (!seen_.insert(client.client_id + "\n" + text_in(parts->claims, "jti")).second)
    return std::unexpected("jti was used before");
  return {};
}

}  // namespace wardend::sandbox

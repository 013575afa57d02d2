#include "protocol/oauth/id_token.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/user.hpp"

namespace wardend::oauth {
namespace {

using Json = nlohmann::json;
constexpr std::size_t max_payload = 16UL * 1024;
constexpr std::size_t max_name = 2048;
constexpr std::size_t max_shown_name = 120;
constexpr std::int64_t skew = 60;           // seconds
constexpr std::int64_t oldest_issue = 600;  // seconds

// Seconds since 1970, a fraction cut off. Spec: RFC 7519 §2, NumericDate
std::optional<std::int64_t> time_member(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const auto seconds = found->get<double>();
  constexpr double latest = 253'402'300'799;  // the end of the year 9999
  if (!(seconds >= 0 && seconds <= latest)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(seconds));
}

std::vector<std::string> audience_of(const Json& claims) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return {};
  if (audience->is_string()) return {audience->get<std::string>()};
  std::vector<std::string> names;
  if (audience->is_array())
    for (const Json& entry : *audience)
      if (entry.is_string()) names.push_back(entry.get<std::string>());
  return names;
}

// `profile` was SMART's name for it once and is OpenID Connect's for a person's web page still.
std::string user_named_in(const Json& claims) {
  std::string user = printable(text_member(claims, "fhirUser"), max_name);
  if (!user.empty()) return user;
  user = printable(text_member(claims, "profile"), max_name);
  return fhir::names_user(user) ? user : std::string();
}

// The left half of the hash that the signature's algorithm uses. Empty: an algorithm without one that is known.
// Spec: OpenID Connect Core 1.0 §3.1.3.6
std::string half_hash(std::string_view algorithm, std::string_view text) {
  const EVP_MD* method = nullptr;
  if (algorithm.ends_with("256")) method = EVP_sha256();
  if (algorithm.ends_with("384")) method = EVP_sha384();
  if (algorithm.ends_with("512")) method = EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (method == nullptr || EVP_Digest(text.data(), text.size(), digest.data(), &size, method, nullptr) != 1) return {};
  return base64url({reinterpret_cast<const char*>(digest.data()), size / 2});
}

std::optional<std::string> check_times(const IdTokenClaims& claims, std::int64_t now) {
  if (!claims.expires_at || *claims.expires_at <= now - skew) return "expired";
  if (!claims.issued_at) return "no_issue_time";
  if (*claims.issued_at > now + skew) return "issued_in_future";
  if (*claims.issued_at < now - oldest_issue) return "issued_long_ago";
  return std::nullopt;
}

}  // namespace

std::expected<IdTokenClaims, std::string> read_id_token(std::string_view payload) {
  const auto claims = parse_json(payload, max_payload);
  if (!claims || !claims->is_object()) return std::unexpected("malformed");
  IdTokenClaims read{.issuer = text_member(*claims, "iss"),
                     .subject = text_member(*claims, "sub"),
                     .audience = audience_of(*claims),
                     .fhir_user = user_named_in(*claims),
                     .name = printable(text_member(*claims, "name"), max_shown_name),
                     .nonce = text_member(*claims, "nonce"),
                     .access_token_hash = text_member(*claims, "at_hash"),
                     .auth_time = time_member(*claims, "auth_time"),
                     .issued_at = time_member(*claims, "iat"),
                     .expires_at = time_member(*claims, "exp")};
  if (read.subject.empty() || printable_ascii(read.subject, 255) != read.subject) return std::unexpected("no_subject");
  const auto party = claims->find("azp");
  if (party != claims->end() && !party->is_null()) read.authorized_party = text_member(*claims, "azp");
  return read;
}

std::optional<std::string> check_id_token(const IdTokenClaims& claims, const IdTokenExpectation& expectation) {
  const auto ours = [&](const std::string& name) { return name == expectation.client_id; };
  if (expectation.issuer.empty() || claims.issuer != expectation.issuer) return "issuer_mismatch";
  if (claims.audience.empty() || !std::ranges::all_of(claims.audience, ours)) return "audience_mismatch";
  const bool party_needed = claims.audience.size() > 1 || claims.authorized_party;
  if (party_needed && claims.authorized_party != expectation.client_id) return "azp_mismatch";
  const auto now = std::chrono::floor<std::chrono::seconds>(expectation.now.time_since_epoch()).count();
  if (auto fault = check_times(claims, now)) return fault;
  if (!expectation.nonce.empty() && claims.nonce != expectation.nonce) return "nonce_mismatch";
  if (!claims.access_token_hash.empty() &&
      claims.access_token_hash != half_hash(expectation.algorithm, expectation.access_token))
    return "at_hash_mismatch";
  return std::nullopt;
}

}  // namespace wardend::oauth

#include "tests/sandbox/id_token.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "tests/sandbox/form.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

struct Token {
  json header;
  json claims;
};

std::string other_than(const std::string& user) {
  return user == "practitioner-99" ? "practitioner-98" : "practitioner-99";
}

Token sound_token(const Settings& settings, const SigningKeys& keys, const Issued& issued, WallTime now) {
  const std::int64_t issued_at = unix_seconds(now);
  const std::string& user = issued.approval.context.user;
  json claims = {{"iss", settings.fhir_base()},
                 {"aud", issued.approval.client_id},
                 {"sub", user},
                 {"iat", issued_at},
                 {"exp", issued_at + settings.id_token_life.count()}};
  const std::string fhir_user = fhir_user_of(settings, user);
  const bool asked = has_word(issued.scope, "fhirUser") || has_word(issued.scope, "profile");
  if (asked && !fhir_user.empty()) claims[settings.fhir_user == FhirUser::profile ? "profile" : "fhirUser"] = fhir_user;
  if (issued.approval.auth_time) claims["auth_time"] = unix_seconds(*issued.approval.auth_time);
  if (settings.auth_time > 0) claims["auth_time"] = settings.auth_time;
  if (settings.nonce && !issued.approval.nonce.empty()) claims["nonce"] = issued.approval.nonce;
  if (settings.at_hash) {
    const std::string hash = hash_for(keys.algorithm(), issued.access_token);
    claims["at_hash"] = base64url(hash.substr(0, hash.size() / 2));
  }
  return {.header = {{"alg", name_of(keys.algorithm())}, {"typ", "JWT"}, {"kid", keys.key_id()}},
          .claims = std::move(claims)};
}

// What a flaw lays over the claims; null takes away.
json changes_of(Flaw flaw, const json& claims, std::int64_t now) {
  const std::string iss = claims["iss"];
  const json audiences = json::array({claims["aud"], "somebody-else"});
  const std::map<Flaw, json> table = {{Flaw::wrong_issuer, {{"iss", "https://elsewhere.example.org/fhir"}}},
                                      {Flaw::issuer_slash, {{"iss", iss + "/"}}},
                                      {Flaw::wrong_audience, {{"aud", "somebody-else"}}},
                                      {Flaw::extra_audience, {{"aud", audiences}}},
                                      {Flaw::wrong_azp, {{"aud", audiences}, {"azp", "somebody-else"}}},
                                      {Flaw::expired, {{"iat", now - 660}, {"exp", now - 600}}},
                                      {Flaw::no_expiry, {{"exp", nullptr}}},
                                      {Flaw::issued_in_future, {{"iat", now + 600}, {"exp", now + 4200}}},
                                      {Flaw::issued_long_ago, {{"iat", now - 3600}}},
                                      {Flaw::no_iat, {{"iat", nullptr}}},
                                      {Flaw::no_sub, {{"sub", nullptr}}},
                                      {Flaw::other_sub, {{"sub", other_than(claims["sub"])}}},
                                      {Flaw::wrong_nonce, {{"nonce", "another"}}},
                                      {Flaw::no_nonce, {{"nonce", nullptr}}},
                                      {Flaw::wrong_at_hash, {{"at_hash", base64url("another token's")}}},
                                      {Flaw::too_large, {{"padding", std::string(20'000, 'x')}}}};
  const auto found = table.find(flaw);
  return found == table.end() ? json::object() : found->second;
}

void spoil_claims(json& claims, Flaw flaw, const Settings& settings, std::int64_t now) {
  const std::string user = claims["sub"];
  claims.merge_patch(changes_of(flaw, claims, now));
  const bool other = flaw == Flaw::other_sub || flaw == Flaw::other_fhir_user;
  if (other && claims.contains("fhirUser")) claims["fhirUser"] = fhir_user_of(settings, other_than(user));
}

void spoil_header(json& header, Flaw flaw) {
  if (flaw == Flaw::alg_none) header = {{"alg", "none"}, {"typ", "JWT"}};
  const std::map<Flaw, const char*> algorithms = {
      {Flaw::hs256, "HS256"}, {Flaw::eddsa, "EdDSA"}, {Flaw::es256k, "ES256K"}, {Flaw::rs1, "RS1"}};
  if (const auto other = algorithms.find(flaw); other != algorithms.end()) header["alg"] = other->second;
  if (flaw == Flaw::unknown_kid) header["kid"] = "never-published";
  if (flaw == Flaw::no_kid) header.erase("kid");
}

std::string hmac(const std::string& key, const std::string& input) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(input.data()),
       input.size(), reinterpret_cast<unsigned char*>(mac.data()), &size);
  return mac.substr(0, size);
}

std::string serialised(const Token& token, const SigningKeys& keys, std::optional<Flaw> flaw) {
  const std::string input = base64url(dump_json(token.header)) + "." + base64url(dump_json(token.claims));
  if (flaw == Flaw::alg_none) return input + ".";
  if (flaw == Flaw::not_a_token) return input;
  if (flaw == Flaw::hs256) return input + "." + base64url(hmac(keys.public_key(), input));
  std::string signature = keys.sign(input);
  if (flaw == Flaw::bad_signature) signature.back() = static_cast<char>(signature.back() ^ 1);
  return input + "." + base64url(signature) + (flaw == Flaw::encrypted ? ".AAAA.AAAA" : "");
}

// `foreign_base` is where the user is, or with {user} in it the whole address.
std::string foreign_user(const Settings& settings, const std::string& user) {
  std::string address = settings.filled(settings.foreign_base);
  constexpr std::string_view placeholder = "{user}";
  const auto at = address.find(placeholder);
  if (at == std::string::npos) return address + "/Practitioner/" + user;
  return address.replace(at, placeholder.size(), user);
}

}  // namespace

std::string fhir_user_of(const Settings& settings, const std::string& user) {
  switch (settings.fhir_user) {
    case FhirUser::absolute:
    case FhirUser::profile:
      return settings.fhir_base() + "/Practitioner/" + user;
    case FhirUser::relative:
      return "Practitioner/" + user;
    case FhirUser::person:
      return settings.fhir_base() + "/Person/" + user;
    case FhirUser::foreign:
      return foreign_user(settings, user);
    case FhirUser::absent:
      break;
  }
  return "";
}

std::optional<std::string> make_id_token(const Settings& settings, const SigningKeys& keys, const Issued& issued,
                                         std::optional<Flaw> flaw, WallTime now) {
  if (flaw == Flaw::no_id_token) return std::nullopt;
  Token token = sound_token(settings, keys, issued, now);
  if (!flaw) return serialised(token, keys, flaw);
  spoil_claims(token.claims, *flaw, settings, unix_seconds(now));
  spoil_header(token.header, *flaw);
  if (*flaw != Flaw::foreign_key && *flaw != Flaw::embedded_key) return serialised(token, keys, flaw);
  const SigningKeys others(keys.algorithm());
  if (*flaw == Flaw::embedded_key) {
    if (auto jwk = parse_json(others.public_key(), 64 * 1024)) token.header["jwk"] = std::move(*jwk);
  }
  return serialised(token, others, flaw);
}

}  // namespace wardend::sandbox

// Input: a signed text, a fhirUser and claims on a line each, then a key set.
#include "protocol/oauth/id_token.hpp"
#include "protocol/fhir/user.hpp"
#include "protocol/jose/keys.hpp"
#include "protocol/jose/signature.hpp"

#include "base/clock.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

void check_signed(std::string_view compact, const jose::KeySet& keys) {
  const auto payload = jose::verified_payload(compact, keys);
  const auto unverified = jose::unverified_payload(compact);
  if (!payload) return require(!payload.error().empty() && payload.error().size() <= 32, "a refusal has a word");
  const std::string algorithm = jose::algorithm_of(compact);
  constexpr std::string_view known[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                        "PS512", "ES256", "ES384", "ES512"};
  require(std::ranges::find(known, algorithm) != std::end(known), "only a known algorithm is believed");
  require(!keys.keys().empty(), "nothing is believed without a key");
  require(unverified && *unverified == *payload, "what is verified is what stands there");
}

void check_claims(std::string_view payload) {
  const auto claims = oauth::read_id_token(payload);
  if (!claims) return require(claims.error() == "malformed" || claims.error() == "no_subject", "a refusal has a word");
  const std::string& subject = claims->subject;
  require(!subject.empty() && subject.size() <= 255, "a subject has 1 to 255 bytes");
  require(std::ranges::all_of(subject, [](unsigned char c) { return c < 0x80; }), "a subject is ASCII");
  const oauth::IdTokenExpectation expected{.issuer = "https://ehr.example.org",
                                           .client_id = "vitals",
                                           .nonce = "n-1",
                                           .algorithm = "RS256",
                                           .access_token = "token",
                                           .now = WallTime(std::chrono::seconds(1'800'000'000))};
  if (check_id_token(*claims, expected)) return;
  require(claims->issuer == expected.issuer, "only the issuer itself is believed");
  require(std::ranges::find(claims->audience, expected.client_id) != claims->audience.end(), "a token is for the app");
  require(claims->nonce == expected.nonce, "a token has the launch's nonce");
  require(claims->expires_at && *claims->expires_at >= 1'800'000'000 - 60, "an expired token is not believed");
}

void check_user(std::string_view claim) {
  const auto base = fhir::BaseUrl::parse("https://ehr.example.org/fhir");
  const auto user = fhir::resolve_user(claim, *base);
  if (!user) return require(user.error().starts_with("fhir_user_"), "a refusal has a word");
  if (!user->same_server) return;  // a name that nobody opens
  const auto url = http::Url::parse(user->text);
  require(url && url->origin() == base->url().origin(), "only the server's own users may be read there");
  require(!user->text.contains("/../") && !user->text.ends_with("/..") && !user->text.ends_with("/."),
          "a user's address leads nowhere else");
}

}  // namespace

void fuzz_id_token(Bytes input) {
  Lines lines(input);
  const auto compact = lines.next();
  check_user(lines.next());
  check_claims(lines.next());
  const auto keys = jose::KeySet::parse(lines.rest());
  require(!keys || keys->keys().size() <= 100, "a key set has 100 keys at most");
  if (const auto key = jose::SigningKey::parse(Secret(lines.rest())))
    require(key->algorithm() == "ES384" || key->algorithm() == "RS384", "a key signs as its type does");
  const jose::KeySet none;
  check_signed(compact, keys ? *keys : none);
  if (const auto payload = jose::unverified_payload(compact)) check_claims(*payload);
}

}  // namespace wardend::fuzz

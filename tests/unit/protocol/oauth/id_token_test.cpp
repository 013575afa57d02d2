#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string signed_like(const std::string& claims) {
  return base64url(R"({"alg":"RS256"})") + "." + base64url(claims) + ".c2lnbmF0dXJl";
}

TokenResponse with_id_token(const std::string& id_token) {
  const nlohmann::json body = {
      {"access_token", "a"}, {"token_type", "Bearer"}, {"expires_in", 60}, {"scope", "openid"}, {"id_token", id_token}};
  return parse_token_response(Grant::code, 200, "application/json", body.dump()).value();
}

TEST(IdToken, GivesItsClaims) {
  const TokenResponse response = with_id_token(signed_like(
      R"({"iss":"https://ehr.example.org","sub":"dr-1","aud":"app-1","azp":"app-1","exp":1777900000,"iat":1777899600,
          "auth_time":1777899000,"nonce":"n-1","at_hash":"h-1","fhirUser":"Practitioner/7","profile":"Practitioner/8"})"));
  ASSERT_TRUE(response.id_token_claims);
  EXPECT_EQ(response.id_token_claims->issuer, "https://ehr.example.org");
  EXPECT_EQ(response.id_token_claims->subject, "dr-1");
  EXPECT_THAT(response.id_token_claims->audience, ElementsAre("app-1"));
  EXPECT_EQ(response.id_token_claims->authorized_party, "app-1");
  EXPECT_EQ(response.id_token_claims->fhir_user, "Practitioner/7");
  EXPECT_EQ(response.id_token_claims->nonce, "n-1");
  EXPECT_EQ(response.id_token_claims->access_token_hash, "h-1");
  EXPECT_EQ(response.id_token_claims->expires_at, 1777900000);
  EXPECT_EQ(response.id_token_claims->issued_at, 1777899600);
  EXPECT_EQ(response.id_token_claims->auth_time, 1777899000);
  EXPECT_THAT(response.warnings, IsEmpty());
}

TEST(IdToken, TakesAListOfAudiencesAndTheOlderNameOfTheUser) {
  const TokenResponse response = with_id_token(
      signed_like(R"({"iss":"i","sub":"s","aud":["app-1",7,"app-2"],"exp":1.7e9,"profile":"Practitioner/8"})"));
  ASSERT_TRUE(response.id_token_claims);
  EXPECT_THAT(response.id_token_claims->audience, ElementsAre("app-1", "app-2"));
  EXPECT_EQ(response.id_token_claims->authorized_party, std::nullopt);
  EXPECT_EQ(response.id_token_claims->fhir_user, "Practitioner/8");
  EXPECT_EQ(response.id_token_claims->expires_at, 1700000000);
}

class UnreadableIdToken : public testing::TestWithParam<std::string> {};

TEST_P(UnreadableIdToken, NamesNobodyAndWarns) {
  const TokenResponse response = with_id_token(GetParam());
  EXPECT_FALSE(response.id_token_claims);
  EXPECT_THAT(response.warnings, SizeIs(1)) << GetParam().substr(0, 80);
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnreadableIdToken,
    testing::Values("x", "a.b", "a.!!!.c", base64url("{}") + "." + base64url("not json") + ".c",
                    base64url("{}") + "." + base64url("[]") + ".c", signed_like(R"({"sub":"a","sub":"b"})"),
                    signed_like("{\"sub\":\"s\",\"x\":\"" + std::string(17000, 'x') + "\"}"),
                    "a." + base64url(R"({"iss":"i","sub":"s","aud":"c"})") + ".key.text.tag",
                    signed_like(R"({"iss":"i","aud":"c","exp":1})"), signed_like(R"({"iss":"i","sub":"","aud":"c"})"),
                    signed_like(R"({"iss":"i","sub":7,"aud":"c"})"),
                    signed_like(R"({"iss":"i","sub":"two\nlines","aud":"c"})"),
                    signed_like(R"({"iss":"i","aud":"c","sub":")" + std::string(256, 's') + "\"}")));

TEST(IdToken, LeavesOutTimesThatAreNone) {
  for (const char* time : {"\"1777900000\"", "true", "null", "1e300", "18446744073709551615"}) {
    const std::string claims =
        std::string(R"({"iss":"i","sub":"s","aud":"c","exp":)") + time + ",\"auth_time\":" + time + "}";
    const TokenResponse response = with_id_token(signed_like(claims));
    ASSERT_TRUE(response.id_token_claims) << time;
    EXPECT_EQ(response.id_token_claims->expires_at, std::nullopt) << time;
    EXPECT_EQ(response.id_token_claims->auth_time, std::nullopt) << time;
    EXPECT_EQ(response.id_token_claims->subject, "s");
  }
}

TEST(IdToken, IsNotNeeded) {
  const TokenResponse response = with_id_token("");
  EXPECT_THAT(response.warnings, IsEmpty());
  EXPECT_TRUE(response.id_token.empty());
  EXPECT_FALSE(response.id_token_claims);
}

TEST(IdToken, IsKeptAsItCameForWhoeverChecksItsSignature) {
  const std::string token = signed_like(R"({"iss":"i","sub":"s","aud":"c"})");
  EXPECT_EQ(with_id_token(token).id_token.reveal(), token);
  EXPECT_EQ(with_id_token("a.b").id_token.reveal(), "a.b");
}

TEST(IdToken, OfMoreThanSixteenKibibytesIsDropped) {
  const TokenResponse response = with_id_token(std::string(16 * 1024 + 1, 'a'));
  EXPECT_TRUE(response.id_token.empty());
  EXPECT_FALSE(response.id_token_claims);
  EXPECT_THAT(response.warnings, SizeIs(1));
}

TEST(IdToken, TakesNoWebPageForAUser) {
  const TokenResponse response =
      with_id_token(signed_like(R"({"iss":"i","sub":"s","aud":"c","profile":"https://example.org/people/jane"})"));
  ASSERT_TRUE(response.id_token_claims);
  EXPECT_EQ(response.id_token_claims->fhir_user, "");
}

TEST(IdToken, NamesNoPartyWhereTheClaimIsNoText) {
  for (const char* party : {"7", "[\"c\"]", "{}"}) {
    const auto claims = read_id_token(std::string(R"({"iss":"i","sub":"s","aud":"c","azp":)") + party + "}");
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->authorized_party, "") << party;
  }
  EXPECT_EQ(read_id_token(R"({"sub":"s","azp":null})")->authorized_party, std::nullopt);
}

}  // namespace
}  // namespace wardend::oauth

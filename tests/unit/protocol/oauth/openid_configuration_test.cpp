#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/oauth/openid_configuration.hpp"

namespace wardend::oauth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* issuer = "https://ehr.example.org/auth";

std::string configuration(const char* changes) {
  nlohmann::json document = {{"issuer", issuer},
                             {"jwks_uri", "https://ehr.example.org/jwks"},
                             {"id_token_signing_alg_values_supported", {"RS256", 7, "ES384"}}};
  document.merge_patch(nlohmann::json::parse(changes));
  return document.dump();
}

TEST(OpenIdConfiguration, TellsWhereTheKeysAre) {
  const auto read = parse_openid_configuration(200, configuration("{}"), issuer);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->issuer, issuer);
  EXPECT_EQ(read->jwks_uri->text(), "https://ehr.example.org/jwks");
  EXPECT_THAT(read->id_token_algorithms, ElementsAre("RS256", "ES384"));
  const auto silent =
      parse_openid_configuration(200, configuration(R"({"id_token_signing_alg_values_supported":null})"), issuer);
  EXPECT_THAT(silent->id_token_algorithms, IsEmpty());
}

struct Answer {
  int status;
  std::string body;
  const char* fault;
};

class OpenIdAnswer : public testing::TestWithParam<Answer> {};

TEST_P(OpenIdAnswer, ThatCannotServeIsRefusedWithAWord) {
  const auto& [status, body, fault] = GetParam();
  const auto read = parse_openid_configuration(status, body, issuer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), fault);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OpenIdAnswer,
    testing::ValuesIn<Answer>({
        {404, configuration("{}"), "openid_status"},
        {302, "", "openid_status"},
        {200, "<html>sign in</html>", "openid_not_json"},
        {200, "[]", "openid_not_json"},
        {200, "", "openid_not_json"},
        {200, configuration(R"({"issuer":"https://ehr.example.org/auth/"})"), "openid_issuer_mismatch"},
        {200, configuration(R"({"issuer":null})"), "openid_issuer_mismatch"},
        {200, configuration(R"({"jwks_uri":null})"), "openid_no_jwks_uri"},
        {200, configuration(R"({"jwks_uri":7})"), "openid_no_jwks_uri"},
        {200, configuration(R"({"jwks_uri":"http://ehr.example.org/jwks"})"), "openid_bad_jwks_uri"},
        {200, configuration(R"({"jwks_uri":"/jwks"})"), "openid_bad_jwks_uri"},
    }));

// Spec: RFC 9110 §15.3
TEST(OpenIdConfiguration, IsTakenWithAnyStatusOfSuccess) {
  for (const int status : {200, 203}) EXPECT_TRUE(parse_openid_configuration(status, configuration("{}"), issuer));
}

TEST(OpenIdConfiguration, IsFoundBehindTheIssuerWithOneSlash) {
  for (const char* name : {"https://ehr.example.org/auth", "https://ehr.example.org/auth/"})
    EXPECT_EQ(openid_configuration_address(name), "https://ehr.example.org/auth/.well-known/openid-configuration");
}

}  // namespace
}  // namespace wardend::oauth

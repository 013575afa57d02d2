#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/oauth/authorization.hpp"

namespace wardend::oauth {
namespace {

TEST(AuthorizationResponse, BringsCodeStateAndIssuer) {
  const auto response =
      parse_authorization_response("code=a%2Fb%2Bc&state=s+1&iss=https%3A%2F%2Fehr.example.org&session_state=x");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->code.reveal(), "a/b+c");
  EXPECT_EQ(response->state.reveal(), "s 1");
  EXPECT_EQ(response->iss, "https://ehr.example.org");
  EXPECT_EQ(response->error, "");
}

TEST(AuthorizationResponse, BringsAnErrorEvenWithoutState) {
  const auto response = parse_authorization_response("error=access_denied&error_description=The+user+said+no");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->error, "access_denied");
  EXPECT_EQ(response->error_description, "The user said no");
  EXPECT_TRUE(response->state.empty());
  EXPECT_TRUE(response->code.empty());
  EXPECT_EQ(response->iss, std::nullopt);
}

struct Refusal {
  std::string query;
  const char* word;
};

class MalformedRedirect : public testing::TestWithParam<Refusal> {};

TEST_P(MalformedRedirect, IsRefusedWithAWord) {
  const auto response = parse_authorization_response(GetParam().query);
  ASSERT_FALSE(response) << GetParam().query.substr(0, 100);
  EXPECT_EQ(response.error(), GetParam().word);
}

std::string many_parameters() {
  std::string query = "code=a&state=b";
  for (int i = 0; i < 100; ++i) query += "&x" + std::to_string(i) + "=1";
  return query;
}

INSTANTIATE_TEST_SUITE_P(Table, MalformedRedirect,
                         testing::ValuesIn<Refusal>({
                             {"", "no_code"},
                             {"state=s", "no_code"},
                             {"code=&state=s", "no_code"},
                             {"error=&state=s", "no_code"},
                             {"code=a&error=access_denied&state=s", "code_and_error"},
                             {"code=a&code=b&state=s", "duplicate_parameter"},
                             {"code=a&state=s&state=s", "duplicate_parameter"},
                             {"code=a&c%6fde=b&state=s", "duplicate_parameter"},
                             {"code=a&state=s&iss=x&iss=y", "duplicate_parameter"},
                             {"code=%4&state=s", "malformed_query"},
                             {"code=%zz&state=s", "malformed_query"},
                             {"code=a%00b&state=s", "malformed_query"},
                             {many_parameters(), "malformed_query"},
                             {"state=s&code=" + std::string(49'152, 'c'), "too_long"},
                             {"code=a&state=" + std::string(49'152, 's'), "too_long"},
                         }));

TEST(AuthorizationResponse, AcceptsACodeAsLongAsItsRequestMayBe) {
  for (const std::size_t size : {4096U, 4200U, 49'000U})
    EXPECT_TRUE(parse_authorization_response("state=s&code=" + std::string(size, 'c'))) << size;
}

TEST(AuthorizationResponse, MakesTheServersWordsFitToShow) {
  const auto response = parse_authorization_response("error=" + std::string(400, 'e') +
                                                     "&error_description=a%0D%0A%1B%5B31m" + std::string(2000, 'd'));
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->error, std::string(64, 'e'));
  EXPECT_EQ(response->error_description.size(), 512U);
  EXPECT_TRUE(response->error_description.starts_with("a[31md"));
}

TEST(AuthorizationResponse, KeepsAnErrorToPrintableAscii) {
  const auto response = parse_authorization_response("error=acc%C3%A9ss%80_denied%FF%0A");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->error, "accss_denied");
}

struct Issuer {
  const char* discovered;  // nullptr: discovery names none
  bool promised;
  const char* received;  // nullptr: absent
  std::optional<std::string> verdict;
};

class ResponseIssuer : public testing::TestWithParam<Issuer> {};

TEST_P(ResponseIssuer, MustBeThatOfTheDiscovery) {
  const auto& [discovered, promised, received, verdict] = GetParam();
  smart::Discovery discovery;
  if (discovered != nullptr) discovery.issuer = smart::AuthorizationIssuer{discovered};
  discovery.response_iss_required = promised;
  AuthorizationResponse response;
  if (received != nullptr) response.iss = received;
  EXPECT_EQ(check_response_issuer(response, discovery), verdict);
}

INSTANTIATE_TEST_SUITE_P(Table, ResponseIssuer,
                         testing::ValuesIn<Issuer>({
                             {"https://as.example.org", false, nullptr, std::nullopt},
                             {nullptr, false, nullptr, std::nullopt},
                             {"https://as.example.org", true, "https://as.example.org", std::nullopt},
                             {"https://as.example.org", false, "https://as.example.org", std::nullopt},
                             {"https://as.example.org", true, nullptr, "issuer_missing"},
                             {"https://as.example.org", false, "https://as.example.org/", "issuer_mismatch"},
                             {"https://as.example.org", false, "https://AS.example.org", "issuer_mismatch"},
                             {"https://as.example.org", false, "https://evil.example.net", "issuer_mismatch"},
                             {"https://as.example.org", false, "", "issuer_mismatch"},
                             {nullptr, false, "https://as.example.org", std::nullopt},
                         }));

TEST(ResponseIssuer, IsComparedAsReceivedNotAsShown) {
  smart::Discovery discovery;
  discovery.issuer = smart::AuthorizationIssuer{"https://as.example.org"};
  const auto response = parse_authorization_response("code=a&state=s&iss=https://as.example.org%0A");
  ASSERT_TRUE(response);
  EXPECT_EQ(check_response_issuer(*response, discovery), "issuer_mismatch");
}

}  // namespace
}  // namespace wardend::oauth

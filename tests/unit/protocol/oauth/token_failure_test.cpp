#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

using enum TokenFailureClass;

struct Answer {
  int status;
  const char* content_type;
  std::string body;
  TokenFailureClass kind;
  const char* code;
};

class FailedTokenRequest : public testing::TestWithParam<Answer> {};

TEST_P(FailedTokenRequest, FallsIntoItsClass) {
  const auto& [status, content_type, body, kind, code] = GetParam();
  const auto response = parse_token_response(Grant::code, status, content_type, body);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, kind) << status << ' ' << body.substr(0, 80);
  EXPECT_EQ(response.error().code, code);
}

constexpr const char* json = "application/json";

INSTANTIATE_TEST_SUITE_P(TheBodysErrorDecides, FailedTokenRequest,
                         testing::ValuesIn<Answer>({
                             {400, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {401, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {403, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {500, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {429, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {200, json, R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {400, "text/html", R"({"error":"invalid_grant"})", terminal, "invalid_grant"},
                             {400, json, R"({"error":"unauthorized_client"})", terminal, "unauthorized_client"},
                             {400, json, R"({"error":"unsupported_grant_type"})", terminal, "unsupported_grant_type"},
                             {400, json, R"({"error":"invalid_request"})", other_form, "invalid_request"},
                             {400, json, R"({"error":"invalid_scope"})", other_form, "invalid_scope"},
                             {401, json, R"({"error":"invalid_client"})", client_rejected, "invalid_client"},
                             {400, json, R"({"error":"invalid_client"})", client_rejected, "invalid_client"},
                             {400, json, R"({"error":"server_error"})", transient, "server_error"},
                             {400, json, R"({"error":"temporarily_unavailable"})", transient,
                              "temporarily_unavailable"},
                         }));

INSTANTIATE_TEST_SUITE_P(AWordThatOAuthDoesNotKnowIsJudgedByStatus, FailedTokenRequest,
                         testing::ValuesIn<Answer>({
                             {429, json, R"({"error":"rate_limited"})", transient, "rate_limited"},
                             {408, json, R"({"error":"timeout"})", transient, "timeout"},
                             {503, json, R"({"error":"maintenance"})", transient, "maintenance"},
                             {400, json, R"({"error":"odd"})", unclear, "odd"},
                             {401, json, R"({"error":"Unauthorized"})", unclear, "Unauthorized"},
                             {200, json, R"({"error":"odd"})", unusable, "odd"},
                             {302, json, R"({"error":"odd"})", transient, "odd"},
                         }));

INSTANTIATE_TEST_SUITE_P(
    WithoutAnErrorTheStatusDecides, FailedTokenRequest,
    testing::ValuesIn<Answer>({
        {500, json, "", transient, "http_500"},
        {502, "text/html", "<html>", transient, "http_502"},
        {503, json, "{}", transient, "http_503"},
        {408, "", "", transient, "http_408"},
        {425, "", "", transient, "http_425"},
        {429, "text/html", "slow down", transient, "http_429"},
        {400, "text/html", "<html>", unclear, "http_400"},
        {401, "application/fhir+json", R"({"resourceType":"OperationOutcome"})", unclear, "http_401"},
        {400, json, R"({"error":{"code":"invalid_grant"}})", unclear, "http_400"},
        {400, json, R"({"error":"x","error":"invalid_grant"})", terminal, "invalid_grant"},
        {302, "text/html", "", transient, "http_302"},
        {204, "", "", unusable, "http_204"},
        {200, "text/html", "<html>sign in</html>", transient, "not_json"},
        {200, json, "<html>sign in</html>", unusable, "not_json"},
        {200, json, "[]", unusable, "not_json"},
        {200, json, R"({"access_token":"a","access_token":"b","token_type":"Bearer"})", unusable, "member_twice"},
        {200, json, std::string(100'000, '['), unusable, "not_json"},
        {200, json, "{}", unusable, "no_access_token"},
    }));

TEST(RevocationAnswers, ByTheTable) {
  using enum RevocationAnswer;
  const struct {
    int status;
    std::string body;
    RevocationAnswer meaning;
  } table[] = {
      {200, "", done},
      {200, "{}", done},
      {204, "", done},
      {200, "OK", done},
      {200, R"({"message":"revoked"})", done},
      {200, "<html>sign in</html>", not_the_servers},
      {200, "\xEF\xBB\xBF\r\n<!doctype html>", not_the_servers},
      {400, R"({"error":"unsupported_token_type"})", unsupported},
      {503, R"({"error":"unsupported_token_type"})", unsupported},
      {400, R"({"error":"invalid_request"})", refused},
      {401, R"({"error":"invalid_client"})", refused},
      {200, R"({"error":"invalid_client"})", refused},
      {400, R"({"error":"of_a_vendor"})", refused},
      {503, "", later},
      {503, "<html>", not_the_servers},
      {500, R"({"error":"of_a_vendor"})", later},
      {429, "slow down", later},
      {302, "", later},
      {400, R"({"error":"temporarily_unavailable"})", later},
      {403, "<html>Request blocked</html>", not_the_servers},
      {404, R"({"message":"no Route matched with those values"})", not_the_servers},
      {401, "", not_the_servers},
      {400, R"({"error":{"code":"invalid_request"}})", not_the_servers},
      {400, std::string(100'000, '['), not_the_servers},
  };
  for (const auto& row : table)
    EXPECT_EQ(read_revocation_answer(row.status, row.body), row.meaning) << row.status << row.body.substr(0, 60);
}

TEST(FailedTokenRequest, MakesTheServersWordsFitToShow) {
  const auto response = parse_token_response(Grant::code, 400, json,
                                             R"({"error":"inv\u0000alid\u00e9\n)" + std::string(200, 'e') +
                                                 R"(","error_description":"a\r\n)" + std::string(2000, 'd') + "\"}");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "invalid" + std::string(57, 'e'));
  EXPECT_EQ(response.error().description.size(), 512U);
  EXPECT_EQ(response.error().description.find_first_of("\r\n"), std::string::npos);
}

TEST(FailedTokenRequest, NeverRepeatsATokenThatWasUnusable) {
  const auto response =
      parse_token_response(Grant::code, 200, json, R"({"access_token":"canary-1","token_type":"mac"})");
  ASSERT_FALSE(response);
  EXPECT_EQ((response.error().code + response.error().description).find("canary-1"), std::string::npos);
}

}  // namespace
}  // namespace wardend::oauth

// What a refresh takes, and a launch does not: the tokens of an answer come before everything else in it.
#include "protocol/oauth/token_members.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::oauth {
namespace {

struct Odd {
  const char* name;
  std::string body;
  const char* launch;   // the code with which a launch refuses it; nullptr: it does not
  const char* refresh;  // the same of a refresh
  int status = 200;
  const char* type = "application/json";
};
class OddAnswer : public ::testing::TestWithParam<Odd> {};

std::string with(const std::string& more) {
  return R"({"access_token":"a-1","token_type":"Bearer","expires_in":300,"scope":"x","refresh_token":"r-1")" + more +
         "}";
}

void expect_tokens(const std::expected<TokenResponse, TokenFailure>& answer, const char* refused) {
  if (refused == nullptr) {
    ASSERT_TRUE(answer) << answer.error().code << ' ' << answer.error().description;
    EXPECT_EQ(answer->refresh_token.reveal(), "r-1");
    EXPECT_FALSE(answer->access_token.empty());
    return;
  }
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, refused);
  ASSERT_TRUE(answer.error().issued);
  EXPECT_EQ(answer.error().issued->refresh_token.reveal(), "r-1");
}

TEST_P(OddAnswer, NeverLosesTheRefreshToken) {
  const Odd& odd = GetParam();
  expect_tokens(parse_token_response(Grant::code, odd.status, odd.type, odd.body), odd.launch);
  expect_tokens(parse_token_response(Grant::refresh, odd.status, odd.type, odd.body), odd.refresh);
}

INSTANTIATE_TEST_SUITE_P(
    TokenMembers, OddAnswer,
    ::testing::Values(
        Odd{"NoTokenType", R"({"access_token":"a-1","expires_in":300,"refresh_token":"r-1"})", "token_type", nullptr},
        Odd{"NullTokenType", R"({"access_token":"a-1","token_type":null,"refresh_token":"r-1"})", "token_type",
            nullptr},
        Odd{"AnotherTokenType", R"({"access_token":"a-1","token_type":"mac","refresh_token":"r-1"})", "token_type",
            "token_type"},
        Odd{"AnEmptyPatient", with(R"(,"patient":"")"), nullptr, nullptr},
        Odd{"APatientThatIsNone", with(R"(,"patient":"a b")"), "bad_context_id", nullptr},
        Odd{"APatientThatIsANumber", with(R"(,"encounter":7)"), "bad_context_id", nullptr},
        Odd{"BlanksBefore", "\r\n " + with(""), nullptr, nullptr},
        Odd{"AByteOrderMark", "\xEF\xBB\xBF" + with(""), nullptr, nullptr, 200, "text/html"},
        Odd{"NonAuthoritative", with(""), nullptr, nullptr, 203},
        Odd{"UnknownTwice", with(R"(,"x":1,"x":2)"), nullptr, nullptr},
        Odd{"NestedTwice", with(R"(,"x":{"scope":1,"scope":2})"), nullptr, nullptr},
        Odd{"UnknownIsALoneSurrogate", with(R"(,"name":"\ud800")"), nullptr, nullptr},
        Odd{"UnknownIsOutOfRange", with(R"(,"weight":1e999)"), nullptr, nullptr},
        Odd{"UnknownHasABareTab", with(",\"name\":\"a\tb\""), nullptr, nullptr},
        Odd{"UnknownNestsTooDeep", with(",\"x\":" + std::string(200, '[') + std::string(200, ']')), nullptr, nullptr},
        Odd{"UnknownIsTrueOfPython", with(R"(,"ok":True)"), nullptr, nullptr},
        Odd{"LifeOutOfRange",
            R"({"access_token":"a-1","token_type":"Bearer","expires_in":1e999,"refresh_token":"r-1"})", nullptr,
            nullptr},
        Odd{"PatientIsNoJson", with(R"(,"patient":p1)"), "member_unreadable", "member_unreadable"},
        Odd{"ScopeHasABareTab", with(",\"scope\":\"a\tb\""), "member_twice", "member_twice"},
        Odd{"KnownTwice", with(R"(,"scope":"y")"), "member_twice", "member_twice"},
        Odd{"RefreshTokenTwice", with(R"(,"refresh_token":"r-1")"), "member_twice", "member_twice"},
        Odd{"RefreshTokenTwiceAndTheLastIsNone", with(R"(,"refresh_token":7)"), "member_twice", "member_twice"},
        Odd{"BothTokensTwiceAndTheLastAreNone", with(R"(,"refresh_token":null,"access_token":[])"), "member_twice",
            "member_twice"},
        Odd{"Latin1", with(",\"name\":\"Ren\xe9\""), nullptr, nullptr},
        Odd{"NoAccessToken", R"({"token_type":"Bearer","refresh_token":"r-1"})", "no_access_token", "no_access_token"},
        Odd{"AnAccessTokenWithABlank", R"({"access_token":"a b","token_type":"Bearer","refresh_token":"r-1"})",
            "no_access_token", "no_access_token"},
        Odd{"AnErrorBesideTokens", with(R"(,"error":"")"), nullptr, nullptr},
        Odd{"APageBefore", "<!-- gateway -->" + with(""), "not_json", "not_json", 200, "text/html"},
        Odd{"SomethingBehind", with("") + "// end", "not_json", "not_json"}),
    [](const auto& info) { return info.param.name; });

TEST(TokenMembers, WarnsOfWhatItOverlooks) {
  const auto warnings = [](const std::string& body) {
    return parse_token_response(Grant::refresh, 200, "application/json", body).value().warnings;
  };
  EXPECT_EQ(warnings(with("")).size(), 0U);
  EXPECT_EQ(warnings(with(R"(,"x":1,"x":2)")).front(), "a member that nobody reads is named twice");
  EXPECT_EQ(warnings(with(",\"name\":\"Ren\xe9\"")).front(), "the reply is not UTF-8");
  EXPECT_EQ(warnings(with(R"(,"patient":"a b")")).front(), "patient is not a FHIR id");
  EXPECT_EQ(warnings(with(R"(,"patient":")" + std::string(70, 'p') + "\"")).front(),
            "patient is no id by FHIR's own rule");
}

TEST(TokenMembers, ReadsScopesAsAList) {
  const auto answer = parse_token_response(
      Grant::code, 200, "application/json",
      R"({"access_token":"17|s3\"cr3t","token_type":"Bearer","expires_in":60,"scope":["openid","patient/Observation.rs",7]})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->scope->text(), "openid patient/Observation.rs");
  EXPECT_EQ(answer->access_token.reveal(), "17|s3\"cr3t");
}

TEST(TokenMembers, ReadsScopesHoweverTheyAreParted) {
  const auto scope = [](Grant grant, const std::string& text) {
    return parse_token_response(
               grant, 200, "application/json",
               R"({"access_token":"a","token_type":" Bearer ","expires_in":60,"scope":")" + text + "\"}")
        .value()
        .scope;
  };
  EXPECT_EQ(scope(Grant::code, "openid,patient/Observation.rs")->text(), "openid patient/Observation.rs");
  EXPECT_EQ(scope(Grant::code, "openid\\tfhirUser\\n")->text(), "openid fhirUser");
  EXPECT_EQ(scope(Grant::code, "patient/Observation.rs?category=a,b")->text(), "patient/Observation.rs?category=a,b");
  EXPECT_EQ(scope(Grant::code, "")->text(), "");
  EXPECT_EQ(scope(Grant::refresh, " "), std::nullopt) << "a refresh that says nothing takes nothing away";
}

TEST(TokenMembers, APageWithoutTokensIsSomebodyElses) {
  const auto page = parse_token_response(Grant::refresh, 200, "text/html", "<h1>Sign in</h1>");
  EXPECT_EQ(page.error().kind, TokenFailureClass::transient);
  const auto empty = parse_token_response(Grant::refresh, 204, "", "");
  EXPECT_EQ(empty.error().kind, TokenFailureClass::unusable) << "the server has answered: what it did is not known";
}

// Silence is what was asked for, and what cannot be read is not silence.
TEST(TokenMembers, AScopeThatIsNoTextGrantsNothing) {
  const auto scope = [](Grant grant, const std::string& said) {
    return parse_token_response(grant, 200, "application/json",
                                R"({"access_token":"a-1","token_type":"Bearer","expires_in":300)" + said + "}")
        ->scope;
  };
  for (const char* absent : {"", R"(,"scope":null)"}) EXPECT_FALSE(scope(Grant::code, absent)) << absent;
  for (const char* odd : {R"(,"scope":5)", R"(,"scope":{})", R"(,"scope":false)", R"(,"scope":"")", R"(,"scope":[])"}) {
    ASSERT_TRUE(scope(Grant::code, odd)) << odd;
    EXPECT_TRUE(scope(Grant::code, odd)->empty()) << odd;
    EXPECT_FALSE(scope(Grant::refresh, odd)) << odd;
  }
}

}  // namespace
}  // namespace wardend::oauth

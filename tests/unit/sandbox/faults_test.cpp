#include "tests/sandbox/faults.hpp"

#include <gtest/gtest.h>

#include "tests/sandbox/shaping.hpp"

namespace wardend::sandbox {
namespace {

TEST(FaultTable, AFaultWithACountGoesAwayByItself) {
  FaultTable table;
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::status, .count = 2}));
  EXPECT_TRUE(table.take(Place::token).fault);
  EXPECT_FALSE(table.take(Place::fhir).fault);
  EXPECT_TRUE(table.take(Place::token).fault);
  EXPECT_FALSE(table.take(Place::token).fault);
  EXPECT_TRUE(table.list().empty());
}

TEST(FaultTable, AFaultWithoutACountStaysUntilCleared) {
  FaultTable table;
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::hang}));
  EXPECT_TRUE(table.add({.at = Place::fhir, .kind = Kind::hang}));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(table.take(Place::token).by(Kind::hang));
  EXPECT_EQ(table.list().front().applied, 100U);
  table.clear(Place::token);
  EXPECT_FALSE(table.take(Place::token).fault);
  EXPECT_TRUE(table.take(Place::fhir).fault);
  table.clear();
  EXPECT_FALSE(table.take(Place::fhir).fault);
}

TEST(FaultTable, FaultsOfOnePlaceFollowEachOther) {
  FaultTable table;
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::status, .count = 1}));
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::html, .count = 1}));
  EXPECT_TRUE(table.take(Place::token).by(Kind::status));
  EXPECT_TRUE(table.take(Place::token).by(Kind::html));
}

TEST(FaultTable, ADelayJoinsTheFaultBesideIt) {
  FaultTable table;
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::status, .count = 1}));
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::delay, .span = std::chrono::seconds(2)}));
  const Struck first = table.take(Place::token);
  EXPECT_TRUE(first.by(Kind::status));
  EXPECT_EQ(first.delay, std::chrono::seconds(2));
  const Struck second = table.take(Place::token);
  EXPECT_FALSE(second.fault);
  EXPECT_EQ(second.delay, std::chrono::seconds(2));
}

TEST(FaultTable, AGrantTypeNarrowsAFault) {
  FaultTable table;
  EXPECT_TRUE(table.add({.at = Place::token, .kind = Kind::status, .grant_type = "refresh_token"}));
  EXPECT_FALSE(table.take(Place::token, "authorization_code").fault);
  EXPECT_TRUE(table.take(Place::token, "refresh_token").fault);
}

TEST(FaultTable, HasALimit) {
  FaultTable table;
  for (std::size_t i = 0; i < FaultTable::max_faults; ++i) EXPECT_TRUE(table.add({}));
  EXPECT_FALSE(table.add({}));
}

TEST(ParseFault, ReadsEveryMember) {
  const auto fault = parse_fault(R"({"at":"token","kind":"status","status":429,"oauth_error":"slow_down","seconds":0.5,
    "fields":["a","b"],"count":3,"grant_type":"refresh_token","retry_after":"7","body":"x","content_type":"text/plain",
    "patient":"patient-9"})");
  ASSERT_TRUE(fault) << fault.error();
  EXPECT_EQ(fault->status, 429);
  EXPECT_EQ(fault->oauth_error, "slow_down");
  EXPECT_EQ(fault->span, std::chrono::milliseconds(500));
  EXPECT_EQ(fault->fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fault->count, 3U);
  EXPECT_EQ(fault->grant_type, "refresh_token");
  EXPECT_EQ(fault->retry_after, "7");
}

TEST(ParseFault, FaultsOfRotationConcernRefreshesOnly) {
  EXPECT_EQ(parse_fault(R"({"at":"token","kind":"drop_after_rotation"})")->grant_type, "refresh_token");
}

TEST(ParseFault, NamesTheMemberThatIsWrong) {
  const struct {
    const char* text;
    const char* member;
  } rows[] = {{R"({"kind":"status"})", "at:"},
              {R"({"at":"nowhere","kind":"status"})", "at:"},
              {R"({"at":"token"})", "kind:"},
              {R"({"at":"fhir","kind":"no_rotation"})", "kind:"},
              {R"({"at":"token","kind":"expired_certificate"})", "kind:"},
              {R"({"at":"token","kind":"status","status":99})", "status:"},
              {R"({"at":"token","kind":"status","status":"503"})", "status:"},
              {R"({"at":"token","kind":"delay","seconds":-1})", "seconds:"},
              {R"({"at":"token","kind":"omit"})", "fields:"},
              {R"({"at":"token","kind":"omit","fields":"scope"})", "fields:"},
              {R"({"at":"token","kind":"omit","fields":[1]})", "fields:"},
              {R"({"at":"token","kind":"hang","count":0})", "count:"},
              {R"({"at":"token","kind":"hang","count":18446744073709551615})", "count:"},
              {R"({"at":"fhir","kind":"hang","grant_type":"refresh_token"})", "grant_type:"},
              {R"({"at":"token","kind":"status","retry_after":"1\r\nX: y"})", "retry_after:"},
              {R"({"at":"token","kind":"id_token"})", "flaw:"},
              {R"({"at":"token","kind":"id_token","flaw":"none"})", "flaw:"},
              {R"({"at":"jwks","kind":"id_token","flaw":"expired"})", "kind:"},
              {R"({"at":"token","kind":"set_members"})", "members:"},
              {R"({"at":"token","kind":"set_headers","members":{"X":"1\r\nY: z"}})", "members:"},
              {R"({"at":"token","kind":"repeat","fields":["a"]})", "kind:"},
              {R"({"at":"authorize","kind":"repeat"})", "fields:"},
              {R"({"at":"token","kind":"redirect"})", "location:"},
              {R"({"at":"token","kind":"hang","surprise":1})", "surprise:"},
              {"[]", "body"},
              {"{", "body"}};
  for (const auto& row : rows) {
    const auto fault = parse_fault(row.text);
    ASSERT_FALSE(fault) << row.text;
    EXPECT_NE(fault.error().find(row.member), std::string::npos) << fault.error();
  }
}

TEST(Shaping, OmitLeavesMembersAndRedirectParametersOut) {
  Reply reply{.headers = {{"Location", "http://127.0.0.1:1/cb?code=c&state=s%20t"}}, .body = R"({"a":1,"b":2})"};
  reply = spoilt(std::move(reply), {.kind = Kind::omit, .fields = {"a", "code"}});
  EXPECT_EQ(reply.body, R"({"b":2})");
  EXPECT_EQ(reply.headers[0].second, "http://127.0.0.1:1/cb?state=s%20t");
}

TEST(Shaping, AnOauthErrorIsA400UnlessTold) {
  const auto reply = instead_of_work({.kind = Kind::status, .oauth_error = "invalid_client", .retry_after = "3"});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400);
  EXPECT_NE(reply->body.find(R"("error":"invalid_client")"), std::string::npos);
  EXPECT_EQ(reply->headers.back(), std::pair(std::string("Retry-After"), std::string("3")));
  EXPECT_EQ(instead_of_work({.kind = Kind::status})->status, 503);
}

TEST(Shaping, FewerScopesKeepsTheFirstFhirScopeOrDropsTheNamedOnes) {
  const std::string scope = "launch/patient openid patient/Patient.rs patient/Observation.rs user/*.rs";
  EXPECT_EQ(fewer_scopes(scope, {}), "launch/patient openid patient/Patient.rs");
  EXPECT_EQ(fewer_scopes(scope, {.fields = {"openid", "user/*.rs"}}),
            "launch/patient patient/Patient.rs patient/Observation.rs");
}

}  // namespace
}  // namespace wardend::sandbox

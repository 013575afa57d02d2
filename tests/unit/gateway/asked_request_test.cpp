#include "daemon/gateway/asked_request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::gateway {
namespace {

struct Asked {
  std::string_view method;
  std::string_view path;
  std::string_view query = {};
  Fields forwarded = {};
};

std::expected<fhir::FhirRequest, Refusal> read(const Asked& asked) {
  return read_request({.method = std::string(asked.method),
                       .path = std::string(asked.path),
                       .query = std::string(asked.query),
                       .forwarded = asked.forwarded});
}

std::string refusal(const Asked& asked) {
  const auto request = read(asked);
  return request ? "" : std::to_string(request.error().status) + " " + request.error().error.detail();
}

TEST(AskedRequest, IsWhatClassifyReads) {
  const auto request = read({"PUT", "/Observation/o1", "", {{"If-Match", "W/\"3\""}}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->interaction, fhir::Interaction::update);
  EXPECT_EQ(request->if_match, "3");
  EXPECT_EQ(refusal({"GET", "/Nothing/1"}), "400 request: there is no resource type \"Nothing\"");
  EXPECT_TRUE(refusal({"GET", "/Patient/p1", "", {{"Prefer", "respond-async"}}}).starts_with("400 request: "));
}

TEST(AskedRequest, IsRefusedByNameWhereItReachesPastOneAnswer) {
  for (const Asked& asked :
       {Asked{"GET", "/$export"}, Asked{"GET", "/Patient/$export"}, Asked{"POST", "/Group/g1/$export"},
        Asked{"GET", "/Patient/%24export"}, Asked{"GET", "/$export-poll-status"}, Asked{"POST", "/$graphql"},
        Asked{"GET", "/Patient/p1/$graphql"}, Asked{"POST", "/Subscription"}, Asked{"GET", "/Subscription/s1"},
        Asked{"GET", "/SubscriptionTopic"}, Asked{"GET", "/Subscription/s1/$status"}})
    EXPECT_TRUE(refusal(asked).starts_with("400 this is not offered: ")) << asked.path;
}

TEST(AskedRequest, IsAnsweredInJson) {
  for (const std::string_view query : {"_format=json", "_format=application/fhir+json",
                                       "_format=application/fhir%2Bjson", "_format=TEXT/JSON", "_pretty=true"})
    EXPECT_EQ(refusal({"GET", "/Patient/p1", query}), "") << query;
  for (const std::string_view query : {"_format=xml", "%5Fformat=xml", "_format=application/fhir+xml", "_format=ttl",
                                       "_format=", "_format", "_format=json&_format=xml", "_format=html"})
    EXPECT_TRUE(refusal({"GET", "/Patient/p1", query}).starts_with("406 ")) << query;
  EXPECT_TRUE(judge_form(*fhir::parse_query("patient=p1&_format=xml")));
  EXPECT_FALSE(judge_form(*fhir::parse_query("patient=p1")));
}

TEST(AskedRequest, AHeadDoesNotGoWhereItsAnswerWouldBeJudged) {
  EXPECT_TRUE(unseen_fault({.method = "HEAD"}, true));
  EXPECT_FALSE(unseen_fault({.method = "HEAD"}, false));
  EXPECT_FALSE(unseen_fault({.method = "GET"}, true));
}

TEST(AskedRequest, NotModifiedAnswersAConditionAlone) {
  const struct {
    Fields forwarded;
    bool asks;
    std::string known = {};
  } table[] = {
      {{}, false},
      {{{"If-None-Match", "W/\"1\""}}, true, "W/\"1\""},
      {{{"If-Modified-Since", "Mon, 30 Nov 2026 09:00:00 GMT"}}, true},
      {{{"If-Match", "W/\"1\""}}, false},
  };
  for (const auto& row : table) {
    EXPECT_EQ(asks_for_change({.method = "GET", .forwarded = row.forwarded}), row.asks);
    EXPECT_EQ(if_none_match({.method = "GET", .forwarded = row.forwarded}), row.known);
  }
}

TEST(AskedRequest, KnowsAVersionFromItsList) {
  const struct {
    const char* list;
    const char* etag;
    bool listed;
  } table[] = {
      {"W/\"1\"", "W/\"1\"", true},
      {"\"1\"", "W/\"1\"", true},
      {"W/\"1\"", "\"1\"", true},
      {"W/\"2\", W/\"1\"", "W/\"1\"", true},
      {"\"2\",\"1\"", "\"1\"", true},
      {"*", "W/\"1\"", true},
      {"W/\"11\"", "W/\"1\"", false},
      {"x\"1\"", "\"1\"", false},
      {"", "\"1\"", false},
      {"\"1\"x", "\"1\"", false},
      {"*", "", false},
      {"1", "1", false},
  };
  for (const auto& row : table) EXPECT_EQ(lists_version(row.list, row.etag), row.listed) << row.list << row.etag;
}

TEST(AskedRequest, GoesOnAsTheSearchThatItWas) {
  auto asked = read({"POST", "/Observation/_search", "_count=5&patient=p1"});
  ASSERT_TRUE(asked);
  const auto page = continued(*asked);
  EXPECT_EQ(page.interaction, fhir::Interaction::search);
  EXPECT_EQ(page.type, "Observation");
  EXPECT_EQ(page.body, fhir::BodyKind::none);
  EXPECT_TRUE(page.reads);
  ASSERT_EQ(page.parameters.size(), 2);
  EXPECT_EQ(page.parameters[1], (fhir::QueryParameter{.name = "patient", .value = "p1"}));
}

}  // namespace
}  // namespace wardend::gateway

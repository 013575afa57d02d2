#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {
namespace {

using testing::HasSubstr;
using testing::Not;

const HubRules rules{.fhir_host = "ehr.example.org", .allowed_hosts = {"Hub.example.net"}};

struct Address {
  const char* url;
  const char* outcome;
};

TEST(FhircastHub, IsUsedOverHttpsOnAKnownHostOnly) {
  for (const auto& row :
       {Address{"https://ehr.example.org/hub", "used"}, Address{"https://EHR.example.org:8443/hub", "used"},
        Address{"https://hub.example.net/", "used"}, Address{"https://example.org/hub", "foreign_host"},
        Address{"https://hub.ehr.example.org/hub", "foreign_host"},
        Address{"https://ehr.example.org.evil.example/hub", "foreign_host"},
        Address{"https://127.0.0.1/hub", "foreign_host"}, Address{"http://127.0.0.1/hub", "foreign_host"},
        Address{"http://ehr.example.org/hub", "not_https"}, Address{"HTTP://ehr.example.org/hub", "not_https"},
        Address{"https://a:b@ehr.example.org/hub", "bad_url"}, Address{"wss://ehr.example.org/hub", "bad_url"},
        Address{"/hub", "bad_url"}, Address{"", "bad_url"}}) {
    const auto hub = check_hub_url(row.url, rules);
    EXPECT_EQ(hub ? "used" : name_of(hub.error().kind), row.outcome) << row.url;
  }
}

TEST(FhircastHub, MayBeOnLoopbackWithoutTlsWhereTheServerIs) {
  EXPECT_TRUE(check_hub_url("http://127.0.0.1:9650/hub", {.fhir_host = "127.0.0.1"}));
  EXPECT_TRUE(check_endpoint("ws://127.0.0.1:9650/ws/1", {.fhir_host = "127.0.0.1"}));
  EXPECT_FALSE(check_hub_url("http://127.0.0.1:9650/hub", {.fhir_host = ""}));
}

TEST(FhircastHub, IsNamedByItsHostAloneInAnError) {
  const auto hub = check_hub_url("https://hub.example.com/canary-topic?x=canary", rules);
  EXPECT_THAT(hub.error().detail, HasSubstr("hub.example.com"));
  EXPECT_THAT(hub.error().detail, HasSubstr("allowed_hosts"));
  EXPECT_THAT(hub.error().detail, Not(HasSubstr("canary")));
}

TEST(FhircastEndpoint, IsTakenApartForTheConnection) {
  const auto endpoint = check_endpoint("WSS://Hub.example.net:8443/ws/1?k=2", rules);
  ASSERT_TRUE(endpoint) << endpoint.error().detail;
  EXPECT_EQ(endpoint->url.reveal(), "WSS://Hub.example.net:8443/ws/1?k=2");
  EXPECT_EQ(endpoint->target.reveal(), "/ws/1?k=2");
  EXPECT_EQ(endpoint->host, "hub.example.net");
  EXPECT_EQ(endpoint->port, "8443");
  EXPECT_EQ(endpoint->transport, Endpoint::Transport::tls);
}

TEST(FhircastEndpoint, HasThePortAndThePathThatGoWithoutSaying) {
  const auto bare = check_endpoint("wss://ehr.example.org", rules);
  EXPECT_EQ(bare->port, "443");
  EXPECT_EQ(bare->target.reveal(), "/");
  EXPECT_EQ(check_endpoint("wss://ehr.example.org?k=2", rules)->target.reveal(), "/?k=2");
}

TEST(FhircastEndpoint, IsAWebSocketOverTlsOnAKnownHostOnly) {
  for (const auto& row :
       {Address{"ws://ehr.example.org/ws/1", "not_https"}, Address{"wss://hub.example.com/ws/1", "foreign_host"},
        Address{"https://ehr.example.org/ws/1", "bad_url"}, Address{"wss:", "bad_url"},
        Address{"wss://ehr.example.org/ws#1", "bad_url"}, Address{"ws://127.0.0.1/ws/1", "foreign_host"}}) {
    const auto endpoint = check_endpoint(row.url, rules);
    ASSERT_FALSE(endpoint) << row.url;
    EXPECT_EQ(name_of(endpoint.error().kind), row.outcome) << row.url;
  }
}

struct AnswerRow {
  int status;
  const char* body;
  SubscribeFailure::Kind kind;
  const char* code;
};

TEST(FhircastAnswer, IsAWebSocketOrSaysWhatToDoNext) {
  using enum SubscribeFailure::Kind;
  const char* const good = R"({"hub.channel.endpoint":"wss://ehr.example.org/ws/1"})";
  for (const int status : {202, 200}) EXPECT_TRUE(read_subscribe_answer(status, good, rules)) << status;
  for (const auto& row :
       {AnswerRow{302, good, transient, "http_302"}, AnswerRow{503, good, transient, "http_503"},
        AnswerRow{429, "", transient, "http_429"}, AnswerRow{0, "", transient, "http_0"},
        AnswerRow{401, "", unauthorized, "http_401"}, AnswerRow{403, "", unauthorized, "http_403"},
        AnswerRow{404, "", topic_gone, "http_404"}, AnswerRow{410, "", topic_gone, "http_410"},
        AnswerRow{400, "", refused, "http_400"}, AnswerRow{202, "<html>", transient, "not_json"},
        AnswerRow{202, "{}", unusable, "no_endpoint"},
        AnswerRow{202, R"({"hub.channel.endpoint":7})", unusable, "no_endpoint"},
        AnswerRow{202, R"({"hub.channel.endpoint":"wss://hub.example.com/ws/1"})", unusable, "foreign_host"},
        AnswerRow{202, R"({"hub.channel.endpoint":"ws://ehr.example.org/ws/1"})", unusable, "not_https"}}) {
    const auto answer = read_subscribe_answer(row.status, row.body, rules);
    ASSERT_FALSE(answer) << row.code;
    EXPECT_EQ(answer.error().kind, row.kind) << row.code;
    EXPECT_EQ(answer.error().code, row.code);
  }
}

}  // namespace
}  // namespace wardend::fhircast

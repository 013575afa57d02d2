#include "daemon/gateway/upstream.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::GatewayWorld;

TEST(Upstream, AsksOnceMoreWithANewTokenAfterA401) {
  GatewayWorld world;
  world.writer();
  world.upstream.answers = {{.status = 401, .body = "", .headers = {}}};
  world.upstream.usual.body = R"({"resourceType":"CapabilityStatement"})";
  EXPECT_EQ(world.asked({.path = "/metadata"}), "200");
  ASSERT_EQ(world.upstream.asked.size(), 2U);
  EXPECT_EQ(world.upstream.asked[0].authorization, "Bearer at-s.1");
  EXPECT_EQ(world.upstream.asked[1].authorization, "Bearer at-s.2");
}

TEST(Upstream, SendsAWriteAgainOnlyWhereTheServerSaidThatItDidNotAct) {
  GatewayWorld world;
  world.writer();
  const GatewayWorld::Request write{
      .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};
  world.upstream.usual.status = 201;
  world.upstream.answers = {{.status = 401, .body = "", .headers = {}}};
  EXPECT_EQ(world.asked(write), "201");
  ASSERT_EQ(world.upstream.asked.size(), 2U);
  EXPECT_EQ(world.upstream.asked[0].body, world.upstream.asked[1].body);
  world.store.find("s")->granted =
      smart::ScopeSet("patient/Patient.r patient/Observation.cruds");  // the refresh had less
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::timeout};
  EXPECT_EQ(world.asked(write), "ServerUnavailable");
  EXPECT_EQ(world.upstream.asked.size(), 3U);
}

TEST(Upstream, ATokenThatIsRefusedTwiceIsTheServersMatter) {
  GatewayWorld world;
  world.writer();
  world.upstream.usual = {.status = 401, .body = "", .headers = {{"www-authenticate", "Bearer"}}};
  test::FakeClient app = world.connected();
  world.send(app, {});
  world.clock.advance(5s);
  ASSERT_TRUE(app.took);
  EXPECT_EQ(app.took->status, 502) << "401 would tell the app that its session is over";
  EXPECT_EQ(world.upstream.asked.size(), 2U);
}

TEST(Upstream, CarriesTheVersionThatWasJudged) {
  GatewayWorld world;
  world.writer();
  const std::string body = test::WriteWorld::observation("p1", R"(,"id":"o1")");
  EXPECT_EQ(world.asked({.method = "PUT", .path = "/Observation/o1", .patient = "p1", .body = body}), "200");
  EXPECT_EQ(world.upstream.asked.back().headers.at("If-Match"), "W/\"4\"");
}

TEST(Upstream, TellsWhatAnAnswerShowsOfTheLink) {
  GatewayWorld world;
  world.writer();
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::network, .request_sent = false, .detail = "no route"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_NE(world.server_health.record("ehr").link.state, server::State::up);
}

TEST(Upstream, OneOddRecordTakesNoServerDown) {
  GatewayWorld world;
  world.writer();
  EXPECT_EQ(world.asked({}), "200");
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::network, .detail = "Invalid Content-Length"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_TRUE(world.last.contains("gave no whole answer (Invalid Content-Length)")) << world.last;
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::timeout};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_EQ(world.server_health.record("ehr").link.state, server::State::up);
}

}  // namespace
}  // namespace wardend

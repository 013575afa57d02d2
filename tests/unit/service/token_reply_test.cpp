#include "daemon/service/token_reply.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using test::ServiceWorld;

nlohmann::json reply_of(ServiceWorld& world, session::Session& session) {
  const Secret reply = world.replies.of({.session = session,
                                         .config = world.config.hold(),
                                         .freshness = world.server_health.freshness(session.server),
                                         .request_id = "r1"});
  auto json = nlohmann::json::parse(reply.reveal());
  EXPECT_EQ(json["request_id"], "r1");
  return json;
}

void answered(ServiceWorld& world) {
  world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
}

TEST(TokenReply, HasExactlyTheMembersOfTheInterface) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  session.context.encounter = "e1";
  session.context.fhir_context = {R"({"reference":"ImagingStudy/1"})"};
  const auto json = reply_of(world, session);
  std::set<std::string> names;
  for (const auto& [name, value] : json.items()) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"access_token", "token_type", "expires_at", "expires_in", "scope", "session",
                                          "fhir_base_url", "request_id", "context", "freshness",
                                          "gateway_base_url"}));
  const auto read = ipc::broker::GetTokenReply::from_json(json);
  ASSERT_TRUE(read) << json.dump();
  EXPECT_EQ(read->token_type, "Bearer");
  EXPECT_EQ(read->scope, "patient/Observation.rs");
  EXPECT_EQ(read->context.encounter, "e1");
  EXPECT_EQ(read->context.fhir_context_json.size(), 1U);
}

TEST(TokenReply, CountsTheTimeDownFromAFixedEnd) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  const auto first = reply_of(world, session);
  EXPECT_EQ(first["expires_in"], 300);
  EXPECT_EQ(first["expires_at"], world.wall() + 300);
  world.clock.advance(10s + 1ms);
  const auto second = reply_of(world, session);
  EXPECT_EQ(second["expires_in"], 289) << "rounded down: never more than there is";
  EXPECT_EQ(second["expires_at"], first["expires_at"]);
}

TEST(TokenReply, FollowsTheWallClockWhenThatIsSet) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  const auto before = reply_of(world, session);
  for (const auto step : {std::chrono::hours(24), std::chrono::hours(-48), std::chrono::hours(25)}) {
    world.clock.step_wall(step);
    const auto after = reply_of(world, session);
    EXPECT_EQ(after["expires_in"], before["expires_in"]);
    EXPECT_EQ(after["expires_at"], world.wall() + 300);
  }
}

TEST(TokenReply, IsPreparedOnceAndAnewForTheNextToken) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  static_cast<void>(reply_of(world, session));
  ASSERT_FALSE(session.prepared.empty());
  const std::string prepared(session.prepared.reveal());
  static_cast<void>(reply_of(world, session));
  EXPECT_EQ(session.prepared.reveal(), prepared);
  world.clock.advance(300s);
  ASSERT_EQ(session.tokens()->generation, 2U) << "a refresh must have happened";
  const auto json = reply_of(world, session);
  EXPECT_EQ(json["access_token"], "at-s.2");
  EXPECT_GT(json["expires_in"], 0);
}

TEST(TokenReply, FreshnessIsThatOfTheMoment) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  const auto unknown = reply_of(world, session)["freshness"];
  EXPECT_EQ(unknown["state"], "unknown");
  EXPECT_EQ(unknown["stale"], true);
  EXPECT_FALSE(unknown.contains("confirmed_at"));
  EXPECT_EQ(unknown["advice"], "Use the flowsheet.") << "a link that was never confirmed is stale";
  answered(world);
  const auto up = reply_of(world, session)["freshness"];
  EXPECT_EQ(up["state"], "up");
  EXPECT_EQ(up["stale"], false);
  EXPECT_EQ(up["confirmed_at"], world.wall());
  EXPECT_FALSE(up.contains("advice")) << "nothing to advise while all is well";
  world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::unreachable});
  EXPECT_FALSE(reply_of(world, session)["freshness"].contains("advice")) << "degraded is not down";
  world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::unreachable});
  const auto down = reply_of(world, session)["freshness"];
  EXPECT_EQ(down["state"], "down");
  EXPECT_EQ(down["advice"], "Use the flowsheet.");
}

TEST(TokenReply, TextFromOutsideCannotBreakOutOfItsMember) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  session.context.intent = "\",\"access_token\":\"forged\",\"x\":\"\n";
  session.context.tenant = "a\\";
  const auto json = reply_of(world, session);
  EXPECT_EQ(json["access_token"], "at-s.1");
  EXPECT_EQ(json["context"]["intent"], *session.context.intent);
  EXPECT_EQ(json["context"]["tenant"], "a\\");
}

}  // namespace
}  // namespace wardend

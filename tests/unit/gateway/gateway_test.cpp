#include "daemon/gateway/gateway.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;

TEST(Gateway, SendsARequestWithTheTokenAndGivesTheAnswer) {
  GatewayWorld world;
  world.writer();
  FakeClient app = world.connected();
  world.send(app, {});
  world.clock.advance(10ms);
  EXPECT_EQ(app.said(), "200");
  EXPECT_EQ(app.text, world.upstream.usual.body);
  ASSERT_EQ(world.upstream.asked.size(), 1U);
  EXPECT_EQ(world.upstream.asked[0].url, "https://ehr.example.org/fhir/Patient/p1");
  EXPECT_EQ(world.upstream.asked[0].authorization, "Bearer at-s.1");
  EXPECT_EQ(app.header("x-request-id"), world.upstream.asked[0].headers.at("X-Request-Id"));
  EXPECT_EQ(app.header("X-Wardend-Server-State"), "up");
  EXPECT_EQ(app.header("cache-control"), "no-store");
}

TEST(Gateway, ARequestKeepsTheIdThatItsAppGave) {
  GatewayWorld world;
  world.writer();
  gateway::RequestHead head = GatewayWorld::head_of({});
  head.request_id = "app-7";
  FakeClient app = world.connected();
  world.tasks.spawn("request", world.core.gateway.answer(std::move(head), app));
  world.clock.advance(1s);
  EXPECT_EQ(app.header("x-request-id"), "app-7");
  EXPECT_EQ(world.upstream.asked.back().headers.at("X-Request-Id"), "app-7");
  EXPECT_EQ(world.audit.records.back().request_id, "app-7");
}

TEST(Gateway, RecordsEachRequestOnce) {
  GatewayWorld world;
  world.writer();
  const auto entries = [&] {
    std::vector<std::string> found;
    for (const AuditRecord& record : world.audit.records)
      if (record.kind == AuditKind::access) found.push_back(std::string(record.action) + " " + record.reason);
    return found;
  };
  EXPECT_EQ(world.asked({}), "200");
  EXPECT_EQ(entries(), (std::vector<std::string>{"read success"}));
  EXPECT_EQ(world.asked({.path = "/Patient/p2"}), "PatientMismatch");
  EXPECT_EQ(entries(), (std::vector<std::string>{"read success", "read denied"}));
  world.upstream.usual = {.status = 404, .body = R"({"resourceType":"OperationOutcome"})"};
  EXPECT_EQ(world.asked({}), "404");
  EXPECT_EQ(entries().back(), "read failure");
  EXPECT_EQ(world.store.find("s")->accesses_recorded, 2U) << "what was refused here was no access";
}

TEST(Gateway, AWriteLeavesTheEntriesOfAPermitAndItsOutcome) {
  GatewayWorld world;
  world.writer();
  const std::string body = test::WriteWorld::observation();
  world.upstream.usual = {.status = 201, .headers = {{"location", "https://ehr.example.org/fhir/Observation/9"}}};
  world.upstream.usual.body = "";
  EXPECT_EQ(world.asked({.method = "POST", .path = "/Observation", .patient = "p1", .body = body}), "201");
  EXPECT_EQ(world.upstream.asked.back().body, body);
  const std::string request_id = world.upstream.asked.back().headers.at("X-Request-Id");
  EXPECT_EQ(world.audit.records.back().request_id, request_id) << "the server's own trail is found by it";
  EXPECT_EQ(world.record.decisions().at({"vitals", "permitted"}), 1U);
  EXPECT_EQ(world.record.outcomes().at({"vitals", "success"}), 1U);
  EXPECT_EQ(world.permits.open(), 0U);
}

TEST(Gateway, WhatBecameOfAWriteWithoutAnAnswerIsNotKnown) {
  GatewayWorld world;
  world.writer();
  world.upstream.failure = HttpFailure{.kind = HttpFailure::Kind::timeout};
  EXPECT_EQ(
      world.asked({.method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()}),
      "ServerUnavailable");
  EXPECT_TRUE(world.last.contains("may have been carried out")) << world.last;
  EXPECT_EQ(world.record.outcomes().at({"vitals", "unrecorded"}), 1U);
}

TEST(Gateway, ALockWhileTheServerAnswersIsSaidInsteadOfTheAnswer) {
  GatewayWorld world;
  world.writer();
  world.upstream.latency = 5s;
  FakeClient app = world.connected();
  world.send(app, {});
  EXPECT_EQ(world.core.exchanges.under_way(), 1U);
  world.clearing.clear_all({ClearReason::ehr_lock, ""});
  world.clock.advance(10ms);
  EXPECT_EQ(app.said(), "WorkstationLocked");
  EXPECT_FALSE(app.text.contains("p1"));
  EXPECT_EQ(world.core.exchanges.under_way(), 0U);
}

// Whoever launches next must not write it a second time unawares.
TEST(Gateway, AWriteThatALockMetAtTheServerMayBeDone) {
  GatewayWorld world;
  world.writer();
  const GatewayWorld::Request write{
      .method = "POST", .path = "/Observation", .patient = "p1", .body = test::WriteWorld::observation()};
  EXPECT_EQ(world.asked(write), "200");
  world.upstream.latency = 5s;
  FakeClient app = world.connected(write.body);
  world.send(app, write);
  world.clock.advance(100ms);
  ASSERT_EQ(world.upstream.asked.size(), 2U);
  world.clearing.clear_all({ClearReason::ehr_lock, ""});
  world.clock.advance(10ms);
  EXPECT_EQ(app.said(), "WorkstationLocked");
  EXPECT_TRUE(app.text.contains("may have been carried out")) << app.text;
}

TEST(Gateway, AnAppWithoutTokensSendsRequestsAllTheSame) {
  GatewayWorld world;
  world.writer();
  world.app().token_access = config::TokenAccess::gateway;
  EXPECT_EQ(world.asked({}), "200");
  EXPECT_EQ(world.asked({.session = "-"}), "200") << "the one that the EHR launched";
  EXPECT_EQ(world.asked({.session = "other"}), "UnknownSession");
}

TEST(Gateway, TellsTheAppsAdviceWithAServerThatIsAway) {
  GatewayWorld world;
  world.writer();
  for (int i = 0; i < 5; ++i)
    world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::unreachable, .detail = "no route"});
  EXPECT_EQ(world.asked({}), "ServerUnavailable");
  EXPECT_TRUE(world.last.contains("Use the flowsheet.")) << world.last;
  EXPECT_TRUE(world.upstream.asked.empty()) << "nobody waits for it";
}

}  // namespace
}  // namespace wardend

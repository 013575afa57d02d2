// Launches while the EHR is known to be down: a page of our own, at once, and a way back.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::header_of;
using test::LaunchWorld;

const std::string ehr_launch = "iss=https%3A%2F%2Fehr.example.org%2Ffhir&launch=abc";

struct Outage : LaunchWorld {
  // So many requests without an answer, or with one.
  void hear(server::LinkEvidence::Kind kind, int times = 2) {
    for (int i = 0; i < times; ++i) server_health.observe("ehr", {.kind = kind, .detail = "connection refused"});
  }
  void go_down() {
    ehr.down = true;
    hear(server::LinkEvidence::Kind::unreachable);
    ASSERT_TRUE(server_health.down("ehr"));
  }
};

TEST(LaunchOutage, TheEhrsLaunchGetsAPageAtOnceAndBeginsNothing) {
  Outage world;
  world.go_down();
  auto reply = world.start(world.loopback.handle(world.page("/launch/vitals", ehr_launch)));
  world.clock.settle();
  ASSERT_TRUE(*reply) << "no time passed";
  EXPECT_EQ((*reply)->status, 503);
  EXPECT_EQ(header_of(**reply, "Location"), "");
  const std::string page((*reply)->body.reveal());
  for (const char* part : {"The EHR cannot be reached since ", "Use the flowsheet.", "href=\"\">Try again</a>"})
    EXPECT_TRUE(page.contains(part)) << part << page;
  EXPECT_FALSE(page.contains("abc")) << "nothing of the request";
  EXPECT_EQ(world.pending.size(), 0U);
}

TEST(LaunchOutage, AnAppIsToldTheCauseTheTimeAndTheAdvice) {
  Outage world;
  world.go_down();
  const auto begun = world.begin(world.standalone());
  ASSERT_FALSE(begun);
  const auto& down = test::told<errors::ServerUnavailable>(begun.error());
  EXPECT_TRUE(down.reason->contains("connection refused")) << *down.reason;
  EXPECT_TRUE(down.since);
  EXPECT_EQ(down.advice, "Use the flowsheet.");
}

TEST(LaunchOutage, ALaunchThatBeganBeforeIsNotSentToADeadHost) {
  Outage world;
  const launch::Pending& pending = world.begin_standalone();
  world.go_down();
  const http::Reply reply = world.visit(world.page("/go/" + pending.id));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(header_of(reply, "Location") + header_of(reply, "Set-Cookie"), "");
  EXPECT_FALSE(pending.outcome) << "it goes on when the EHR is back";
  world.ehr.down = false;
  world.hear(server::LinkEvidence::Kind::answered);
  EXPECT_EQ(world.visit(world.page("/go/" + pending.id)).status, 302);
}

TEST(LaunchOutage, TryingAgainAsksTheEhrAndGoesOnWhenItIsBack) {
  Outage world;
  world.go_down();
  world.ehr.down = false;
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 503);
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.discovery_requests, 1U) << "the click asked";
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 302);
}

// A mistake of somebody's is no outage: each launch is told what it is, as the first one was.
TEST(LaunchOutage, WhatOnlyPeopleCanMendIsToldAtEveryLaunch) {
  Outage world;
  const std::string right = std::exchange(world.ehr.token_endpoint, "https://login.other.org/t");
  for (int i = 0; i < 2; ++i)
    world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::failing,
                                        .detail = "token_endpoint lives on x: add that host",
                                        .remedy = server::LinkEvidence::Remedy::people});
  ASSERT_TRUE(world.server_health.down("ehr"));
  const auto begun = world.begin(world.standalone());
  ASSERT_FALSE(begun);
  EXPECT_EQ(test::stage_of(begun.error()), "discovery");
  EXPECT_TRUE(begun.error().detail().contains("login.other.org: add that host")) << begun.error().detail();
  const http::Reply reply = world.visit(world.page("/launch/vitals", ehr_launch));
  EXPECT_EQ(reply.status, 403);
  const std::string page(reply.body.reveal());
  for (const char* part : {"description of its sign-in cannot be used", "Tell IT", "Use the flowsheet."})
    EXPECT_TRUE(page.contains(part)) << part << page;
  EXPECT_FALSE(page.contains("in a few minutes")) << page;
  world.ehr.token_endpoint = right;
  world.clock.advance(1s);
  EXPECT_TRUE(world.begin(world.standalone())) << "once it is mended";
}

TEST(LaunchOutage, AServerOfWhichNothingIsKnownIsAsked) {
  Outage world;
  world.ehr.down = true;
  const http::Reply reply = world.visit(world.page("/launch/vitals", ehr_launch));
  EXPECT_EQ(reply.status, 403);
  EXPECT_TRUE(reply.body.reveal().contains("The EHR cannot be reached right now.")) << reply.body.reveal();
  EXPECT_TRUE(reply.body.reveal().contains("Try again</a>"));
}

// The address of a page that was opened before a clear must not let whoever unlocks in.
TEST(LaunchOutage, AValueThatMetAServerDownIsNoProofLater) {
  Outage world;
  world.go_down();
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 503);
  world.clock.advance(10s);
  world.ehr.down = false;
  world.hear(server::LinkEvidence::Kind::answered);
  EXPECT_EQ(world.visit(world.page("/launch/vitals", ehr_launch)).status, 302);
  const auto as_new = [](const launch::Pending& one) { return one.value == launch::LaunchValue::new_from_browser; };
  EXPECT_EQ(world.pending.end_where(as_new, errors::LaunchExpired{"ended"}), 0U);
}

}  // namespace
}  // namespace wardend

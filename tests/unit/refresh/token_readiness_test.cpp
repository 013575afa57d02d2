#include "daemon/refresh/token_readiness.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "base/encoding.hpp"
#include "tests/support/errors.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using test::World;

TEST(TokenReadiness, ARejectedTokenMakesOneForcedRefreshAMinute) {
  World world;
  session::Session& session = world.begin("s");
  const auto rejected = hex(sha256(session.tokens()->access.reveal()));
  std::optional<Result<Duration>> outcome;
  world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .rejected = rejected}, outcome));
  world.clock.advance(1s);
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
  const auto again = hex(sha256(session.tokens()->access.reveal()));
  outcome.reset();
  world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .rejected = again}, outcome));
  world.clock.advance(1s);
  ASSERT_TRUE(outcome && !*outcome);
  EXPECT_EQ(outcome->error().code(), Errc::RateLimited);
}

// No server is known to be down yet: one failure is waited out, the second is told with its cause.
TEST(TokenReadiness, ARejectedTokenIsAnsweredAfterTheSecondRefusal) {
  for (const auto fault : {test::FakeEhr::Fault::status_503, test::FakeEhr::Fault::invalid_client}) {
    World world;
    session::Session& session = world.begin("s");
    const auto rejected = hex(sha256(session.tokens()->access.reveal()));
    world.ehr.token_faults.assign(20, fault);
    std::optional<Result<Duration>> outcome;
    world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .rejected = rejected}, outcome));
    world.clock.advance(4s);
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code(), Errc::ServerUnavailable);
  }
  World world;
  session::Session& session = world.begin("s");
  const auto rejected = hex(sha256(session.tokens()->access.reveal()));
  world.ehr.token_faults = {test::FakeEhr::Fault::status_503};
  std::optional<Result<Duration>> outcome;
  world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .rejected = rejected}, outcome));
  world.clock.advance(4s);
  ASSERT_TRUE(outcome && *outcome) << "a blip costs no error";
}

TEST(TokenReadiness, RefusesMoreValidityThanATokenHas) {
  World world;
  session::Session& session = world.begin("s");
  const auto verdict = world.readiness.judge({.session = "s", .epoch = session.epoch, .min_validity = 301s});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code(), Errc::InvalidRequest);
}

TEST(TokenReadiness, NoTokenCanFillAWishOfItsWholeLife) {
  World world;
  session::Session& session = world.begin("s");
  const auto verdict = world.readiness.judge({.session = "s", .epoch = session.epoch, .min_validity = 300s});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code(), Errc::InvalidRequest);
  EXPECT_TRUE(world.ehr.refresh_requests.empty());
}

TEST(TokenReadiness, AWishThatTheNewTokenCannotFillIsAnsweredOnce) {
  World world;
  world.ehr.latency = 3s;
  session::Session& session = world.begin("s");
  world.clock.advance(10s);
  std::vector<std::optional<Result<Duration>>> outcomes(50);
  for (auto& outcome : outcomes)
    world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .min_validity = 298s}, outcome));
  world.clock.advance(7s);  // discovery and the refresh
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code(), Errc::InvalidRequest);
  }
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

TEST(TokenReadiness, AServerThatEndsItsSessionServesTheUsualWishWithWhatThereIs) {
  World world;
  world.ehr.token_life = 40s;
  session::Session& session = world.begin("s");
  std::deque<std::chrono::seconds> lives = {28s, 16s, 9s, 4s, 2s};
  world.ehr.before_token = [&](const std::string&) {
    if (lives.empty()) return;
    world.ehr.token_life = lives.front();
    lives.pop_front();
  };
  const BootTime began = world.clock.now();
  for (int i = 0; i < 600; ++i) {
    const auto outcome = world.ask_now("s", session.epoch, 1s, 10s);
    ASSERT_TRUE(outcome) << i;
    ASSERT_TRUE(*outcome) << i << " " << name_of(outcome->error().code());
    EXPECT_GE(**outcome, 1s);
    world.clock.advance(100ms);
  }
  const auto seconds = static_cast<std::size_t>((world.clock.now() - began) / 1s);
  EXPECT_LE(world.ehr.refresh_requests.size(), 2U + seconds);
}

// The server may take a token for over in its last second.
TEST(TokenReadiness, ATokenInItsLastSecondIsNotServed) {
  using Verdict = refresh::TokenReadiness::Verdict;
  for (const auto life : {2s, 3s, 10s, 60s, 300s})
    for (const auto left : {1500ms, 1000ms, 999ms, 500ms, 1ms}) {
      World world;
      world.ehr.token_life = life;
      world.ehr.down_token_only = true;  // every refresh fails
      session::Session& session = world.begin("s");
      world.clock.advance(life - left);
      const auto verdict = world.readiness.judge({.session = "s", .epoch = session.epoch, .min_validity = 0s});
      EXPECT_EQ(verdict && *verdict == Verdict::ready, left >= 1s) << life.count() << " s, " << left.count() << " ms";
    }
}

TEST(TokenReadiness, TokensOfOneSecondAreOverWhenTheyArrive) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_life = 1s;
  const auto rejected = hex(sha256(session.tokens()->access.reveal()));
  std::optional<Result<Duration>> outcome;
  world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .rejected = rejected}, outcome));
  world.clock.advance(900ms);
  ASSERT_TRUE(outcome && !*outcome);
  const auto& told = test::told<errors::ServerUnavailable>(outcome->error());
  EXPECT_TRUE(told.reason->contains("over when they arrive")) << *told.reason;
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

// A mistake of somebody's is told as what it is, whatever the failed refresh was called.
TEST(TokenReadiness, WhatOnlyPeopleCanMendIsTheReason) {
  using server::LinkEvidence;
  const std::pair<LinkEvidence, const char*> table[] = {
      {{.kind = LinkEvidence::Kind::failing,
        .detail = "token_endpoint lives on login.other.org: add that host",
        .remedy = LinkEvidence::Remedy::people},
       "token_endpoint lives on login.other.org: add that host; use the app's fallback until that is mended"},
      {{.kind = LinkEvidence::Kind::unreachable, .detail = "the server cannot be reached (x): look there"},
       "the server cannot be reached (x): look there; use the app's fallback, and try again later"}};
  for (const auto& [evidence, reason] : table) {
    World world;
    session::Session& session = world.begin("s");
    for (int i = 0; i < 2; ++i) world.server_health.observe("ehr", evidence);
    const auto verdict = world.readiness.judge(
        {.session = "s", .epoch = session.epoch, .rejected = hex(sha256(session.tokens()->access.reveal()))});
    ASSERT_FALSE(verdict);
    EXPECT_EQ(*test::told<errors::ServerUnavailable>(verdict.error()).reason, reason);
  }
}

TEST(TokenReadiness, AnotherEpochsSessionDoesNotExist) {
  World world;
  session::Session& session = world.begin("s");
  EXPECT_EQ(world.readiness.judge({.session = "s", .epoch = session.epoch + 1}).error().code(), Errc::UnknownSession);
}

}  // namespace
}  // namespace wardend

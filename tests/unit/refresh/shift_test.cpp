// A whole shift in virtual time, and the races that matter.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::World;

constexpr int sessions_in_shift = 200;

TEST(Shift, EightHoursLoseNoSessionAndNeverServeATokenTooShort) {
  World world;
  for (int i = 0; i < sessions_in_shift; ++i) world.begin("s" + std::to_string(i));
  const auto epoch = world.workstation.enter("c1");
  const BootTime end = world.clock.now() + 8h;
  const BootTime outage_from = world.clock.now() + 4h;
  int served = 0;
  int unavailable = 0;
  while (world.clock.now() < end) {
    world.clock.advance(30s);
    world.ehr.down = world.clock.now() >= outage_from && world.clock.now() < outage_from + 10min;
    for (int i = 0; i < sessions_in_shift; i += 10) {
      const auto outcome = world.ask_now("s" + std::to_string(i), epoch);
      ASSERT_TRUE(outcome) << "not answered within 10 s";
      if (*outcome) {
        EXPECT_GE(**outcome, 30s);
        ++served;
      } else {
        EXPECT_EQ(outcome->error().code(), Errc::ServerUnavailable);
        EXPECT_GE(world.clock.now(), outage_from);
        ++unavailable;
      }
    }
  }
  EXPECT_GT(served, 15'000);
  EXPECT_GT(unavailable, 0) << "the outage was never felt: the test proves nothing";
  for (int i = 0; i < sessions_in_shift; ++i)
    EXPECT_EQ(world.store.find("s" + std::to_string(i))->state(), State::active) << i;
  for (const auto& [token, uses] : world.ehr.uses) EXPECT_EQ(uses, 1U) << token;
  EXPECT_TRUE(world.ehr.dead_grants.empty());
}

// The token runs out while they wait: whoever began a request of his own would be seen in the number of requests.
TEST(Refresher, TwoHundredCallersAtExpiryShareOneRequest) {
  World world;
  world.settings->apps[0].session.refresh_lead = std::chrono::milliseconds(1);
  session::Session& session = world.begin("s");
  world.clock.advance(299'990ms);
  ASSERT_TRUE(world.ehr.refresh_requests.empty());
  world.ehr.latency = 500ms;
  std::vector<std::optional<Result<Duration>>> outcomes(200);
  for (auto& outcome : outcomes) world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch}, outcome));
  world.clock.advance(100ms);
  EXPECT_EQ(session.state(), State::refreshing);
  EXPECT_LE(session.remaining(world.clock.now()), 0s);
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.refresh_requests, std::vector<std::string>{"s.1"});
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_GT(**outcome, 290s);
  }
}

TEST(Refresher, CallersThatWaitAtExpiryAreAllAnsweredByTheOneRefresh) {
  World world;
  session::Session& session = world.begin("s");
  std::vector<std::optional<Result<Duration>>> outcomes(200);
  for (auto& outcome : outcomes)
    world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .min_validity = 299s}, outcome));
  world.clock.advance(1ms);
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 0U) << "299 s are still there at once";
  world.clock.advance(70s);
  outcomes.assign(200, std::nullopt);
  for (auto& outcome : outcomes)
    world.tasks.spawn("ask", world.ask({.session = "s", .epoch = session.epoch, .min_validity = 250s}, outcome));
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_GE(**outcome, 250s);
  }
}

// The lock comes at any moment of a refresh: before it, in flight, between the reply and its publication, after it.
TEST(Clear, NoInterleavingOfARefreshAndALockLeavesAToken) {
  World world;
  world.ehr.latency = 10ms;
  for (int round = 0; round < 10'000; ++round) {
    const std::string id = "s" + std::to_string(round);
    session::Session& session = world.begin(id);
    const auto epoch = session.epoch;
    std::optional<Result<Duration>> outcome;
    world.tasks.spawn("ask", world.ask({.session = id, .epoch = epoch, .min_validity = 299s}, outcome));
    world.clock.advance(2s);
    outcome.reset();
    world.tasks.spawn("ask", world.ask({.session = id, .epoch = epoch, .min_validity = 299s}, outcome));
    world.clock.advance(std::chrono::microseconds(round % 25 * 1000 + round % 7));
    world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
    const auto refused = world.ask_now(id, epoch);
    ASSERT_TRUE(refused && !*refused);
    ASSERT_EQ(refused->error().code(), Errc::SessionCleared) << round;
    world.clock.advance(1s);
    ASSERT_EQ(session.state(), State::cleared) << round;
    ASSERT_EQ(session.tokens(), nullptr) << round;
    static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  }
  EXPECT_GT(world.refresh.news.counters().refreshes.at("ehr").at("dropped"), 100U);
}

}  // namespace
}  // namespace wardend

// The wall clock is set: by NTP, by an administrator, by a day and the wrong way.
#include <gtest/gtest.h>

#include "tests/unit/lifecycle/waking_world.hpp"

namespace wardend {
namespace {

using test::WakingWorld;

// When each refresh of two hours came; the wall clock is set `by` again and again meanwhile.
std::vector<std::pair<std::string, Duration>> refreshes(Duration by) {
  WakingWorld world;
  const BootTime began = world.clock.now();
  for (int i = 0; i < 20; ++i) world.begin_here("s" + std::to_string(i));
  std::vector<std::pair<std::string, Duration>> seen;
  for (int second = 0; second < 7200; ++second) {
    const std::size_t before = world.ehr.refresh_requests.size();
    if (second % 700 == 350) world.clock.step_wall(by);
    world.clock.advance(1s);
    for (std::size_t i = before; i < world.ehr.refresh_requests.size(); ++i)
      seen.emplace_back(world.ehr.refresh_requests[i], world.clock.now() - began);
    if (second % 60 == 0) {
      const auto outcome = world.ask_now("s3", world.epoch());
      EXPECT_TRUE(outcome && *outcome && **outcome >= 30s) << second;
    }
  }
  EXPECT_TRUE(world.ehr.dead_grants.empty());
  return seen;
}

class WallClockSet : public ::testing::TestWithParam<std::chrono::hours> {};
TEST_P(WallClockSet, MovesNothingInTheSchedule) {
  static const auto undisturbed = refreshes(0s);
  ASSERT_GT(undisturbed.size(), 500U);
  EXPECT_EQ(refreshes(GetParam()), undisturbed);
}
INSTANTIATE_TEST_SUITE_P(Waking, WallClockSet,
                         ::testing::Values(std::chrono::hours(24), std::chrono::hours(-24), std::chrono::hours(1),
                                           std::chrono::hours(-1)));

TEST(Waking, AStepOfTheWallClockIsAuditedAndClearsNothing) {
  WakingWorld world(WakingWorld::Sources::logind);
  session::Session& session = world.begin_here("s");
  world.clock.step_wall(-24h);
  EXPECT_EQ(session.state(), session::State::active);
  const AuditRecord* record = world.audited("clock_set");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->kind, AuditKind::service);
  EXPECT_EQ(record->outcome, "granted");
  EXPECT_EQ(record->detail, "-86400 s");
  EXPECT_EQ(world.audited("resumed"), nullptr) << "it was no sleep";
}

TEST(Waking, WhatATimeServiceCorrectsAllDayIsNoEvent) {
  WakingWorld world;
  world.clock.step_wall(20ms);
  world.clock.step_wall(0s);
  EXPECT_EQ(world.audited("clock_set"), nullptr);
}

}  // namespace
}  // namespace wardend

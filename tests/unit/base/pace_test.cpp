// How fast something may go on.
#include <gtest/gtest.h>

#include <vector>

#include "base/pace.hpp"

namespace wardend {
namespace {

constexpr PaceLimits limits{.at_once = 8, .each = 50ms, .longest_pause = 2s};

Duration spend(Pace& pace, BootTime now, unsigned weight) { return pace.spend(now, weight, limits); }

BootTime at(Duration since_start) { return BootTime(std::chrono::hours(1) + since_start); }

TEST(Pace, TakesSomeAtOnceAndThenSoManyASecond) {
  Pace pace;
  for (int i = 0; i < 8; ++i) EXPECT_EQ(spend(pace, at(0s), 1), 0s) << i;
  EXPECT_EQ(spend(pace, at(0s), 1), 50ms);
  EXPECT_EQ(spend(pace, at(0s), 1), 100ms) << "twenty a second";
}

TEST(Pace, NeverAsksForMoreThanTheLongestPause) {
  Pace pace;
  for (int i = 0; i < 1000; ++i) EXPECT_LE(spend(pace, at(0s), 64), 2s);
  EXPECT_EQ(spend(pace, at(0s), 1), 2s);
  EXPECT_EQ(spend(pace, at(10s), 1), 0s);
}

TEST(Pace, NeverAsksForLessThanTheShortestPause) {
  constexpr PaceLimits coarse{.at_once = 8, .each = 50ms, .shortest_pause = 400ms};
  Pace pace;
  for (int i = 0; i < 8; ++i) EXPECT_EQ(pace.spend(at(0s), 1, coarse), 0s) << i;
  EXPECT_EQ(pace.spend(at(0s), 1, coarse), 400ms) << "50 ms are owed";
  EXPECT_EQ(pace.spend(at(400ms), 7, coarse), 0s) << "what was paid for meanwhile counts";
}

TEST(Pace, DoesNotMindWhatComesNowAndThen) {
  Pace pace;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(spend(pace, at(i * 60ms), 1), 0s) << i;
}

TEST(Pace, IsSettledOnceItsTimeIsPaid) {
  Pace pace;
  EXPECT_TRUE(pace.settled(at(0s)));
  static_cast<void>(spend(pace, at(0s), 2));
  EXPECT_FALSE(pace.settled(at(99ms)));
  EXPECT_TRUE(pace.settled(at(100ms)));
}

// Sixty-four who share one account.
TEST(Pace, BoundsThoseWhoShareIt) {
  Pace pace;
  std::vector<BootTime> next(64, at(0s));
  int spent = 0;
  for (Duration now = 0s; now < 10s; now += 1ms)
    for (BootTime& connection : next) {
      if (connection > at(now)) continue;
      ++spent;
      connection = at(now) + spend(pace, at(now), 1);
    }
  EXPECT_LE(spent, 10 * 64 / 2 + 64 + 8);
}

}  // namespace
}  // namespace wardend

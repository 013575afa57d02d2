#include "daemon/launch/begin_rate.hpp"

#include <gtest/gtest.h>

namespace wardend::launch {
namespace {

std::optional<Duration> turn(BeginRate& rate, BootTime now, uid_t uid = 1000, Origin origin = Origin::app) {
  return rate.take_turn(uid, origin, now);
}

TEST(BeginRate, LetsThirtyBeginWithinAMinuteAndSaysHowLongToWait) {
  BeginRate rate;
  const BootTime start{1h};
  for (std::size_t i = 0; i < BeginRate::most; ++i) EXPECT_FALSE(turn(rate, start + i * 1s)) << i;
  EXPECT_EQ(turn(rate, start + 40s), 20s);
  EXPECT_FALSE(turn(rate, start + 60s));
  EXPECT_EQ(turn(rate, start + 60s), 1s);
}

TEST(BeginRate, CountsEachUserAndOriginAlone) {
  BeginRate rate;
  for (std::size_t i = 0; i < BeginRate::most; ++i)
    static_cast<void>(turn(rate, BootTime{1h}, 1000, Origin::navigation));
  EXPECT_TRUE(turn(rate, BootTime{1h}, 1000, Origin::navigation));
  EXPECT_FALSE(turn(rate, BootTime{1h}, 1001, Origin::navigation));
  EXPECT_FALSE(turn(rate, BootTime{1h}, 1000, Origin::click)) << "a page cannot use up what the user clicks";
  EXPECT_FALSE(turn(rate, BootTime{1h}, 1000, Origin::app));
}

TEST(BeginRate, DoesNotCountWhatItRefused) {
  BeginRate rate;
  for (std::size_t i = 0; i < 10 * BeginRate::most; ++i) static_cast<void>(turn(rate, BootTime{1h}));
  EXPECT_FALSE(turn(rate, BootTime{1h} + BeginRate::within));
}

TEST(BeginRate, DoesNotCountLaunchesThatCameToASession) {
  BeginRate rate;
  for (std::size_t i = 0; i < 10 * BeginRate::most; ++i) {
    ASSERT_FALSE(turn(rate, BootTime{1h})) << i;
    rate.give_back(1000, Origin::app);
  }
}

}  // namespace
}  // namespace wardend::launch

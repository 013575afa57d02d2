#include "daemon/launch/begin_rate.hpp"

#include <gtest/gtest.h>

namespace wardend::launch {
namespace {

TEST(BeginRate, LetsThirtyBeginWithinAMinuteAndSaysHowLongToWait) {
  BeginRate rate;
  const BootTime start{1h};
  for (std::size_t i = 0; i < BeginRate::most; ++i) EXPECT_FALSE(rate.wait(1000, start + i * 1s)) << i;
  EXPECT_EQ(rate.wait(1000, start + 40s), 20s);
  EXPECT_FALSE(rate.wait(1000, start + 60s));
  EXPECT_EQ(rate.wait(1000, start + 60s), 1s);
}

TEST(BeginRate, CountsEachUserAlone) {
  BeginRate rate;
  for (std::size_t i = 0; i < BeginRate::most; ++i) static_cast<void>(rate.wait(1000, BootTime{1h}));
  EXPECT_TRUE(rate.wait(1000, BootTime{1h}));
  EXPECT_FALSE(rate.wait(1001, BootTime{1h}));
}

TEST(BeginRate, DoesNotCountWhatItRefused) {
  BeginRate rate;
  for (std::size_t i = 0; i < 10 * BeginRate::most; ++i) static_cast<void>(rate.wait(1000, BootTime{1h}));
  EXPECT_FALSE(rate.wait(1000, BootTime{1h} + BeginRate::within));
}

TEST(BeginRate, DoesNotCountLaunchesThatCameToASession) {
  BeginRate rate;
  for (std::size_t i = 0; i < 10 * BeginRate::most; ++i) {
    ASSERT_FALSE(rate.wait(1000, BootTime{1h})) << i;
    rate.succeeded(1000);
  }
}

}  // namespace
}  // namespace wardend::launch

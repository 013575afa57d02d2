#include "daemon/drift/waits.hpp"

#include <gtest/gtest.h>

#include "tests/support/virtual_random.hpp"

namespace wardend::drift {
namespace {

TEST(Waits, AreSpreadOverAFifthToEachSide) {
  test::VirtualRandom random;
  Duration least = 48h, most = 0s;
  for (int i = 0; i < 200; ++i) {
    const Duration wait = jittered(24h, random);
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, 19h);
  EXPECT_LE(most, 29h);
}

TEST(Waits, TheFirstIsNeverAtOnceAndNeverFarOff) {
  test::VirtualRandom random;
  for (const Duration due : {Duration(-1000h), Duration(0s), Duration(10h), Duration(100'000h)})
    for (int i = 0; i < 50; ++i) {
      const Duration wait = first_wait(due, Pace{}, random);
      EXPECT_GE(wait, 1min);
      EXPECT_LE(wait, 29h);
      if (due == Duration(10h)) EXPECT_EQ(wait, 10h);
      if (due <= 0s) EXPECT_LE(wait, 4h);
    }
}

TEST(Waits, GrowWhileNothingComesOfIt) {
  const Pace pace;
  EXPECT_EQ(wait_after(0, pace), 24h);
  EXPECT_EQ(wait_after(1, pace), 1h);
  EXPECT_EQ(wait_after(2, pace), 4h);
  EXPECT_EQ(wait_after(3, pace), 16h);
  EXPECT_EQ(wait_after(4, pace), 24h);
  EXPECT_EQ(wait_after(4'000'000'000U, pace), 24h);
}

}  // namespace
}  // namespace wardend::drift

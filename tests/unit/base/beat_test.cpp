#include "base/beat.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Beat, IsTheNextMultipleOfTheSpanAndNeverNow) {
  EXPECT_EQ(next_beat(BootTime(61s), 30s), BootTime(90s));
  EXPECT_EQ(next_beat(BootTime(90s), 30s), BootTime(120s));
  EXPECT_EQ(next_beat(BootTime(90s) - 1ns, 30s), BootTime(90s));
}

// A watchdog each ten seconds, a look each half a minute, another each minute: six moments a minute, not nine.
TEST(Beat, SpansThatFitIntoEachOtherMeet) {
  for (BootTime now(7s); now < BootTime(10min); now += 11s) {
    const BootTime minute = next_beat(now, 60s);
    EXPECT_EQ(next_beat(minute - 1ns, 10s), minute);
    EXPECT_EQ(next_beat(minute - 1ns, 30s), minute);
  }
}

}  // namespace
}  // namespace wardend

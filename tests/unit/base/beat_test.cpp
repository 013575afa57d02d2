#include "base/beat.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace wardend {
namespace {

TEST(Beat, IsTheNextMultipleOfTheSpanAndNeverNow) {
  const Beat beat;
  EXPECT_EQ(beat.next(BootTime(61s), 30s), BootTime(90s));
  EXPECT_EQ(beat.next(BootTime(90s), 30s), BootTime(120s));
  EXPECT_EQ(beat.next(BootTime(90s) - 1ns, 30s), BootTime(90s));
}

// A watchdog each ten seconds, a look each half a minute, another each minute: six moments a minute, not nine.
TEST(Beat, SpansThatFitIntoEachOtherMeet) {
  const Beat beat("machine");
  for (BootTime now(7s); now < BootTime(10min); now += 11s) {
    const BootTime minute = beat.next(now, 60s);
    EXPECT_EQ(beat.next(minute - 1ns, 10s), minute);
    EXPECT_EQ(beat.next(minute - 1ns, 30s), minute);
  }
}

// Switched on at the same moment they ask at different ones: in each tenth of half a minute about a tenth of them.
TEST(Beat, MachinesOfAFleetHaveTheirOwn) {
  std::vector<int> tenths(10);
  for (int i = 0; i < 10'000; ++i) {
    const Beat beat("machine-" + std::to_string(i));
    EXPECT_EQ(beat.next(BootTime(1min), 30s), Beat("machine-" + std::to_string(i)).next(BootTime(1min), 30s));
    ++tenths.at(static_cast<std::size_t>((beat.next(BootTime(1min), 30s) - BootTime(1min) - 1ns) / 3s));
  }
  EXPECT_GT(*std::ranges::min_element(tenths), 900);
  EXPECT_LT(*std::ranges::max_element(tenths), 1100);
}

}  // namespace
}  // namespace wardend

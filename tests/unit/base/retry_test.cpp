#include "base/retry.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Retry, DoublesUpToThirtySecondsAndHonoursRetryAfter) {
  EXPECT_LE(retry_delay(1, 0.999, {}), 2s);
  EXPECT_NEAR(static_cast<double>(retry_delay(3, 0.999, {}).count()), 8e9, 1e8);
  EXPECT_LE(retry_delay(40, 0.999, {}), 30s);
  EXPECT_GE(retry_delay(40, 0.999, {}), 29s);
  EXPECT_EQ(retry_delay(1, 0.0, {}), 1s);
  EXPECT_EQ(retry_delay(40, 0.0, {}), 1s);
  EXPECT_EQ(retry_delay(1, 0.0, 120s), 120s);
}

TEST(Retry, APartOfAWaitIsSoManyTimesIt) {
  EXPECT_EQ(part_of(10s, 0.5), Duration(5s));
  EXPECT_EQ(part_of(10s, 1.2), Duration(12s));
  EXPECT_EQ(part_of(10s, 0), Duration::zero());
}

}  // namespace
}  // namespace wardend

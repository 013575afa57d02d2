#include "daemon/launch/local_time.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace wardend {
namespace {

TEST(LocalTime, SaysTheDayWhereItIsAnother) {
  const WallTime now{std::chrono::seconds(1'800'000'000)};
  EXPECT_EQ(launch::short_local_time(now, now).size(), 5U);
  EXPECT_EQ(launch::short_local_time(now - 48h, now).size(), 16U);
  EXPECT_TRUE(launch::full_local_time(now).starts_with("2027-01-")) << launch::full_local_time(now);
  EXPECT_TRUE(launch::full_local_time(now).ends_with(")")) << "with its zone";
}

// Seven minutes past midnight in Auckland is noon of the day before in Greenwich.
TEST(LocalTime, IsThatOfTheWorkstationsZone) {
  const char* const before = ::getenv("TZ");
  const std::string zone = before == nullptr ? "" : before;
  ::setenv("TZ", "NZDT-13", 1);
  ::tzset();
  const WallTime midnight{std::chrono::seconds(1'797'591'600)};
  const WallTime late = midnight + 7min;
  EXPECT_EQ(launch::short_local_time(late, late + 1h), "00:07");
  EXPECT_EQ(launch::short_local_time(late - 10min, late), "2026-12-18 23:57") << "yesterday";
  EXPECT_EQ(launch::full_local_time(late), "2026-12-19 00:07:00 NZDT (+1300)");
  before == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
}

}  // namespace
}  // namespace wardend

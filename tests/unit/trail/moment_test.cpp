#include "trail/moment.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace wardend::trail {
namespace {

// 2027-01-15 08:00:00.007 UTC
constexpr WallTime now{std::chrono::milliseconds(1'800'000'000'007)};

TEST(Timestamp, IsUtcWithMilliseconds) { EXPECT_EQ(timestamp(now), "2027-01-15T08:00:00.007Z"); }

TEST(ParseMoment, TakesWhatPeopleWrite) {
  ::setenv("TZ", "UTC-2", 1);  // two hours east
  ::tzset();
  const struct {
    const char* text;
    const char* at;
  } table[] = {{"2h", "2027-01-15T06:00:00.007Z"},
               {"30m", "2027-01-15T07:30:00.007Z"},
               {"7d", "2027-01-08T08:00:00.007Z"},
               {"09:15", "2027-01-15T07:15:00.000Z"},
               {"2026-11-29", "2026-11-28T22:00:00.000Z"},
               {"2026-11-29 08:15", "2026-11-29T06:15:00.000Z"},
               {"2026-11-29T08:15:30", "2026-11-29T06:15:30.000Z"},
               {"2026-11-29T08:15:30Z", "2026-11-29T08:15:30.000Z"},
               {"2026-11-29T08:15:30.125Z", "2026-11-29T08:15:30.000Z"},
               {"2026-11-29Z", "2026-11-29T00:00:00.000Z"}};
  for (const auto& row : table) {
    const auto at = parse_moment(row.text, now);
    ASSERT_TRUE(at) << row.text;
    EXPECT_EQ(timestamp(*at), row.at) << row.text;
  }
  for (const char* text : {"", "h", "-1h", "2x", "yesterday", "2026-13-01", "2026-11", "25:00", "8", "2026-11-29T",
                           "1:2:3:4", "2026-11-29 08:15 ", "99999999999999999999d"})
    EXPECT_FALSE(parse_moment(text, now)) << text;
}

}  // namespace
}  // namespace wardend::trail

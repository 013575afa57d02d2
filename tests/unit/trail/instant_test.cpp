#include "trail/instant.hpp"

#include <gtest/gtest.h>

namespace wardend::trail {
namespace {

using std::chrono::milliseconds;

std::optional<std::int64_t> ms(std::string_view text) {
  const auto at = parse_instant(text);
  return at ? std::optional<std::int64_t>(at->time_since_epoch().count()) : std::nullopt;
}

TEST(Instant, HasAZoneAndAnyNumberOfDigits) {
  constexpr std::int64_t eight = 1795939200000;  // 2026-11-29T08:00:00Z
  EXPECT_EQ(ms("2026-11-29T08:00:00Z"), eight);
  EXPECT_EQ(ms("2026-11-29T08:00:00.007Z"), eight + 7);
  EXPECT_EQ(ms("2026-11-29T08:00:00.1Z"), eight + 100);
  EXPECT_EQ(ms("2026-11-29T08:00:00.123456789Z"), eight + 123);
  EXPECT_EQ(ms("2026-11-29T09:30:00+01:30"), eight);
  EXPECT_EQ(ms("2026-11-28T18:00:00.000-14:00"), eight);
  EXPECT_EQ(ms("2024-02-29T00:00:00Z"), 1709164800000);
}

TEST(Instant, IsNothingElse) {
  for (const char* text :
       {"", "2026-11-29", "2026-11-29T08:00:00", "2026-11-29T08:00Z", "2026-02-30T08:00:00Z", "2026-13-01T08:00:00Z",
        "2026-11-29T24:00:00Z", "2026-11-29T08:60:00Z", "2026-11-29T08:00:00.Z", "2026-11-29T08:00:00+15:00",
        "2026-11-29T08:00:00+1:00", "2026-11-29 08:00:00Z", "2026-11-29T08:00:00z", "2026-11-29T08:00:00ZZ",
        " 2026-11-29T08:00:00Z", "-026-11-29T08:00:00Z"})
    EXPECT_EQ(ms(text), std::nullopt) << text;
}

}  // namespace
}  // namespace wardend::trail

#include <gtest/gtest.h>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp at(std::chrono::milliseconds of_day) {
  return std::chrono::sys_days(std::chrono::year(2026) / 1 / 15) + of_day;
}

struct Written {
  const char* text;
  Timestamp means;
};

TEST(FhircastTimestamp, IsReadInEveryWayThatHubsWriteIt) {
  for (const auto& row :
       {Written{"2026-01-15T09:31:02.140Z", at(9h + 31min + 2s + 140ms)},
        Written{"2026-01-15T09:31:02Z", at(9h + 31min + 2s)},
        Written{"2026-01-15T09:31:02.14", at(9h + 31min + 2s + 140ms)},
        Written{"2026-01-15T010:38:04.16", at(10h + 38min + 4s + 160ms)},
        Written{"2026-01-15T09:31:02.1409999Z", at(9h + 31min + 2s + 140ms)},
        Written{"2026-01-15t09:31:02z", at(9h + 31min + 2s)}, Written{"2026-01-15 09:31:02", at(9h + 31min + 2s)},
        Written{"2026-01-15T09:31:02+01:00", at(8h + 31min + 2s)},
        Written{"2026-01-15T09:31:02-05:30", at(15h + 1min + 2s)}, Written{"2026-01-15T23:59:60Z", at(24h)}}) {
    const auto time = parse_timestamp(row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(*time, row.means) << row.text;
  }
}

TEST(FhircastTimestamp, IsNoneWhereItCannotBeRead) {
  for (const char* text : {"",
                           "now",
                           "2026",
                           "2026-01-15",
                           "2026-01-15T",
                           "2026-01-15T09",
                           "2026-01-15T09:31",
                           "2026-13-15T09:31:02Z",
                           "2026-02-30T09:31:02Z",
                           "2026-01-15T24:31:02Z",
                           "2026-01-15T110:31:02Z",
                           "2026-01-15T09:60:02Z",
                           "2026-01-15T09:31:61Z",
                           "2026-01-15T09:31:02.Z",
                           "2026-01-15T09:31:02.1 Z",
                           "2026-01-15T09:31:02+15:00",
                           "2026-01-15T09:31:02+1",
                           "2026-01-15T09:31:02Z ",
                           "-2026-01-15T09:31:02Z",
                           "1768469462",
                           "2026-01-15T09:31:02.00000000000000000000000000000000000000000000000000Z"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

}  // namespace
}  // namespace wardend::fhircast

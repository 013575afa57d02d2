#include "protocol/http/date.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

struct Retry {
  const char* value;
  const char* date;
  std::optional<int> seconds;
};

class RetryAfter : public testing::TestWithParam<Retry> {};

TEST_P(RetryAfter, IsSecondsOrADateWithinBounds) {
  const auto wait = retry_after(GetParam().value, GetParam().date);
  ASSERT_EQ(wait.has_value(), GetParam().seconds.has_value()) << GetParam().value;
  if (wait) EXPECT_EQ(wait->count(), *GetParam().seconds) << GetParam().value;
}

constexpr const char* noon = "Mon, 04 May 2026 12:00:00 GMT";

INSTANTIATE_TEST_SUITE_P(Table, RetryAfter,
                         testing::ValuesIn<Retry>({
                             {"120", "", 120},
                             {"0", "", 1},
                             {"3601", "", 3600},
                             {"99999999999999999999", "", 3600},
                             {"Mon, 04 May 2026 12:00:30 GMT", noon, 30},
                             {"Mon, 04 May 2026 11:00:00 GMT", noon, 1},
                             {"Tue, 05 May 2026 12:00:00 GMT", noon, 3600},
                             {"Mon, 04 May 2026 12:00:30 GMT", "", std::nullopt},
                             {"Mon, 04 May 2026 12:00:30 GMT", "yesterday", std::nullopt},
                             {"", noon, std::nullopt},
                             {"soon", noon, std::nullopt},
                             {"-5", noon, std::nullopt},
                             {"1.5", noon, std::nullopt},
                         }));

TEST(ClockAhead, IsTheDifferenceToTheDateHeader) {
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'777'896'000)};  // noon
  EXPECT_EQ(clock_ahead("Mon, 04 May 2026 12:01:30 GMT", now), std::chrono::seconds(90));
  EXPECT_EQ(clock_ahead("Mon, 04 May 2026 11:59:50 GMT", now), std::chrono::seconds(-10));
  EXPECT_EQ(clock_ahead("", now), std::nullopt);
  EXPECT_EQ(clock_ahead("2026-05-04T12:00:00Z", now), std::nullopt);
}

}  // namespace
}  // namespace wardend::http

#include "daemon/gateway/state_headers.hpp"

#include <gtest/gtest.h>

namespace wardend::gateway {
namespace {

TEST(StateHeaders, SayHowCurrentAnAnswerIs) {
  const Fields expected = {{"X-Wardend-Server-State", "degraded"},
                           {"X-Wardend-Confirmed-At", "2023-11-14T22:13:20.000Z"},
                           {"X-Wardend-Stale", "false"}};
  EXPECT_EQ(state_headers({.server = "ehr",
                           .state = server::State::degraded,
                           .confirmed_at = WallTime(std::chrono::seconds(1'700'000'000)),
                           .stale = false}),
            expected);
}

TEST(StateHeaders, SayNothingOfATimeThatNeverWas) {
  const Fields expected = {{"X-Wardend-Server-State", "unknown"}, {"X-Wardend-Stale", "true"}};
  EXPECT_EQ(state_headers({}), expected);
}

}  // namespace
}  // namespace wardend::gateway

#include "daemon/http/pace.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

TEST(Pace, LetsAFewGoAtOnceAndSpreadsTheRest) {
  Pace pace({.a_request = 100ms, .at_once = 3});
  const BootTime now(10s);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pace.take(1000, now), Duration::zero());
  EXPECT_EQ(pace.take(1000, now), 100ms);
  EXPECT_EQ(pace.take(1000, now), 200ms);
  EXPECT_EQ(pace.take(1001, now), Duration::zero()) << "another user does not wait for this one";
}

TEST(Pace, AnswersNoFasterThanItsRateInTheLongRun) {
  Pace pace({.a_request = 50ms, .at_once = 50});
  BootTime now(0s);
  int answered = 0;
  while (now < BootTime(60s)) {
    now += pace.take(1000, now);
    ++answered;
  }
  EXPECT_LE(answered, 60 * 20 + 50 + 1);
}

TEST(Pace, NobodyWaitsLongerThanTheLimitSays) {
  Pace pace({.a_request = 100ms, .at_once = 3, .longest_wait = 1s});
  const BootTime now(10s);
  for (int i = 0; i < 1000; ++i) static_cast<void>(pace.take(1000, now));
  EXPECT_EQ(pace.take(1000, now), 1s);
}

TEST(Pace, ForgetsWhoHasNotAskedForLong) {
  Pace pace({.a_request = 100ms, .at_once = 3});
  EXPECT_EQ(pace.take(1000, BootTime(1s)), Duration::zero());
  pace.forget(BootTime(1s));
  EXPECT_EQ(pace.size(), 1U);
  pace.forget(BootTime(2s));
  EXPECT_EQ(pace.size(), 0U);
}

}  // namespace
}  // namespace wardend::http

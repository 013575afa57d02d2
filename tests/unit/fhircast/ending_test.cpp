#include "daemon/fhircast/ending.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::fhircast {
namespace {

TEST(EndingTest, ReadsEveryFailureOfTheHub) {
  EXPECT_EQ(end_of({SubscribeFailure::Kind::transient, "x"}, 3s).kind, Ending::transient);
  EXPECT_EQ(end_of({SubscribeFailure::Kind::unauthorized, "x"}, 3s).kind, Ending::unauthorized);
  EXPECT_EQ(end_of({SubscribeFailure::Kind::topic_gone, "x"}, 3s).kind, Ending::topic_gone);
  EXPECT_EQ(end_of({SubscribeFailure::Kind::refused, "x"}, 3s).kind, Ending::refused);
  EXPECT_EQ(end_of({SubscribeFailure::Kind::unusable, "x"}, 3s).kind, Ending::refused);
}

TEST(EndingTest, PausesFromOneSecondToSixtyWithHalfOfItAtRandom) {
  EXPECT_EQ(pause_before(0, 0.0, std::nullopt), 1s);
  EXPECT_EQ(pause_before(3, 0.0, std::nullopt), 8s);
  EXPECT_EQ(pause_before(40, 0.0, std::nullopt), 60s);
  EXPECT_EQ(pause_before(0, 0.5, std::nullopt), 1250ms);
  EXPECT_LT(pause_before(40, 0.999, std::nullopt), 90s);
}

TEST(EndingTest, NeverComesBackBeforeTheHubAsksForIt) {
  EXPECT_EQ(pause_before(0, 0.9, 120s), 120s);
  EXPECT_EQ(pause_before(40, 0.0, 5s), 60s);
}

TEST(EndingTest, LooksForALostHubOftenEnoughToFindItWithinTheGrace) {
  EXPECT_EQ(pause_within(60s, 45s, std::nullopt), 10s);
  EXPECT_EQ(pause_within(60s, 2s, std::nullopt), 2s);
  EXPECT_EQ(pause_within(1s, 45s, std::nullopt), 1s);
  EXPECT_EQ(pause_within(60s, 45s, 30s), 30s);
  EXPECT_EQ(pause_within(1h, 45s, std::nullopt), 45s);
}

}  // namespace
}  // namespace wardend::fhircast

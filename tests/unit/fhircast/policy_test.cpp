#include "daemon/fhircast/subscription_policy.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::fhircast {
namespace {

TEST(SubscriptionPolicy, SaysWhatFollowsEveryEnd) {
  struct Case {
    Ending ending;
    Past past;
    Next next;
  };
  const Case cases[] = {
      {Ending::lost, {}, Next::again},
      {Ending::lost, {.followed = true}, Next::again},
      {Ending::no_token, {.followed = true}, Next::again},
      {Ending::transient, {}, Next::again},
      {Ending::unauthorized, {.refusals = 1}, Next::refresh},
      {Ending::unauthorized, {.followed = true, .refusals = 1}, Next::refresh},
      {Ending::unauthorized, {.followed = true, .refusals = 2}, Next::stop},
      {Ending::topic_gone, {}, Next::stop},
      {Ending::topic_gone, {.followed = true}, Next::clear_logout},
      {Ending::refused, {}, Next::stop},
      {Ending::refused, {.followed = true}, Next::stop},
  };
  for (const Case& each : cases)
    EXPECT_EQ(next_step(each.ending, each.past), each.next)
        << name_of(each.ending) << " followed=" << each.past.followed << " refusals=" << each.past.refusals;
}

TEST(SubscriptionPolicy, ReadsEveryFailureOfTheHub) {
  EXPECT_EQ(ending_of(SubscribeFailure::Kind::transient), Ending::transient);
  EXPECT_EQ(ending_of(SubscribeFailure::Kind::unauthorized), Ending::unauthorized);
  EXPECT_EQ(ending_of(SubscribeFailure::Kind::topic_gone), Ending::topic_gone);
  EXPECT_EQ(ending_of(SubscribeFailure::Kind::refused), Ending::refused);
  EXPECT_EQ(ending_of(SubscribeFailure::Kind::unusable), Ending::refused);
}

TEST(SubscriptionPolicy, PausesFromOneSecondToSixtyWithHalfOfItAtRandom) {
  EXPECT_EQ(pause_before(0, 0.0, std::nullopt), 1s);
  EXPECT_EQ(pause_before(3, 0.0, std::nullopt), 8s);
  EXPECT_EQ(pause_before(40, 0.0, std::nullopt), 60s);
  EXPECT_EQ(pause_before(0, 0.5, std::nullopt), 1250ms);
  EXPECT_LT(pause_before(40, 0.999, std::nullopt), 90s);
}

TEST(SubscriptionPolicy, NeverComesBackBeforeTheHubAsksForIt) {
  EXPECT_EQ(pause_before(0, 0.9, 120s), 120s);
  EXPECT_EQ(pause_before(40, 0.0, 5s), 60s);
}

TEST(SubscriptionPolicy, LooksForALostHubOftenEnoughToFindItWithinTheGrace) {
  EXPECT_EQ(pause_within(60s, 45s, std::nullopt), 10s);
  EXPECT_EQ(pause_within(60s, 2s, std::nullopt), 2s);
  EXPECT_EQ(pause_within(1s, 45s, std::nullopt), 1s);
  EXPECT_EQ(pause_within(60s, 45s, 30s), 30s);
  EXPECT_EQ(pause_within(1h, 45s, std::nullopt), 45s);
}

TEST(SubscriptionPolicy, SendsNoTokenAfterALock) {
  for (const ClearReason reason :
       {ClearReason::os_lock, ClearReason::session_inactive, ClearReason::suspend, ClearReason::ehr_lock,
        ClearReason::ehr_user_switch, ClearReason::other_user, ClearReason::fhircast_logout, ClearReason::restart})
    EXPECT_FALSE(may_unsubscribe(reason)) << name_of(reason);
  EXPECT_TRUE(may_unsubscribe(ClearReason::ended_by_app));
  EXPECT_TRUE(may_unsubscribe(ClearReason::idle));
}

}  // namespace
}  // namespace wardend::fhircast

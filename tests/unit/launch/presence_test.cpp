// Who proves to be there after a clear: by which launch value, and by which sign-in.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using launch::Origin;
using test::id_token;
using test::LaunchWorld;
using test::with_id_token;
using workstation::Presence;

// A launch at a workstation that was cleared, with the launch value that it has.
struct HeldLaunch {
  const char* name;
  std::string value;  // empty: standalone; "used" was seen before the clear
  Origin origin;
  std::optional<std::int64_t> signed_in;  // seconds after the clear
  bool admitted;
  std::int64_t ahead = 0;  // the server's clock, in seconds
};
class WhileHeld : public ::testing::TestWithParam<HeldLaunch> {};
TEST_P(WhileHeld, ByTheTable) {
  const HeldLaunch& row = GetParam();
  LaunchWorld world;
  world.ask_who_signs_in();
  const auto beginning = [&](const std::string& value, Origin origin) {
    launch::Beginning made = value.empty() ? world.standalone() : world.from_ehr();
    if (!value.empty()) made.launch = Secret(value);
    made.origin = origin;
    return made;
  };
  const auto used = world.begin(beginning("used", Origin::click));
  ASSERT_TRUE(used && world.come_back(*world.pending.find(used->launch_id), "code=c0"));
  ASSERT_TRUE(world.begin(beginning("seen", Origin::app)));
  world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
  ASSERT_EQ(world.workstation.presence("c1"), Presence::held);
  const std::int64_t cleared_at = world.wall();
  world.clock.advance(60s);
  const auto auth_time = row.signed_in ? std::optional(cleared_at + *row.signed_in + row.ahead) : std::nullopt;
  world.ehr.extra_members =
      with_id_token(id_token("u1", auth_time, "https://ehr.example.org", "vitals-client", world.wall() + row.ahead));
  const auto begun = world.begin(beginning(row.value, row.origin));
  ASSERT_TRUE(begun);
  const auto outcome = world.come_back(*world.pending.find(begun->launch_id), "code=c1");
  world.clock.advance(5s);
  EXPECT_EQ(outcome.has_value(), row.admitted);
  EXPECT_EQ(world.workstation.presence("c1"), row.admitted ? Presence::present : Presence::held);
  if (row.admitted) return;
  EXPECT_EQ(outcome.error().code(), Errc::WorkstationLocked);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}
INSTANTIATE_TEST_SUITE_P(
    Exchange, WhileHeld,
    ::testing::Values(HeldLaunch{"ANewValueThatWasClickedProvesPresence", "new", Origin::click, {}, true},
                      HeldLaunch{"ANewValueOfANavigationDoesNot", "new", Origin::navigation, {}, false},
                      HeldLaunch{"ANewValueOfANavigationWithASignInDoes", "new", Origin::navigation, 1, true},
                      HeldLaunch{"ANewValueOfABrowserThatSaysNothingDoes", "new", Origin::undeclared, {}, true},
                      HeldLaunch{"AUsedValueInCapitalsDoesNot", "USED", Origin::click, {}, false},
                      HeldLaunch{"AUsedValueWithABlankDoesNot", "used ", Origin::click, {}, false},
                      HeldLaunch{"AUsedValueThatIsEncodedTwiceDoesNot", "%75sed", Origin::click, {}, false},
                      HeldLaunch{"ANewValueFromTheAppDoesNot", "new", Origin::app, {}, false},
                      HeldLaunch{"AValueThatCameToASessionDoesNot", "used", Origin::click, {}, false},
                      HeldLaunch{"AValueThatTheAppShowedBeforeDoesNot", "seen", Origin::click, {}, false},
                      HeldLaunch{"AUsedValueWithASignInAfterTheClearDoes", "used", Origin::click, 1, true},
                      HeldLaunch{"TheAppsValueWithASignInAfterTheClearDoes", "new", Origin::app, 1, true},
                      HeldLaunch{"TheAppsValueWithASignInFromBeforeDoesNot", "new", Origin::app, -1, false},
                      HeldLaunch{"ASignInAfterTheClearProvesPresence", "", Origin::app, 1, true},
                      HeldLaunch{"ASignInFromBeforeDoesNot", "", Origin::app, -1, false},
                      HeldLaunch{"ASignInFromBeforeByAClockAheadDoesNot", "", Origin::app, -1, false, 59},
                      HeldLaunch{"ASignInAfterTheClearByAClockAheadDoes", "", Origin::app, 2, true, 59},
                      HeldLaunch{"ASignInThatOurClockPutsBeforeTheClearDoesNot", "", Origin::app, 2, false, -300},
                      HeldLaunch{"ASignInThatIsStillToComeDoesNot", "", Origin::app, 600, false},
                      HeldLaunch{"AStandaloneLaunchThatSaysNothingDoesNot", "", Origin::app, {}, false}),
    [](const auto& info) { return info.param.name; });

TEST(Exchange, AValueIsNewOnlyOnceWhateverBecameOfItsLaunch) {
  LaunchWorld world;
  world.ask_who_signs_in();
  world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
  for (const char* code : {"error=access_denied", "code=c1", "code=c2"}) {
    auto beginning = world.from_ehr();
    beginning.origin = Origin::click;
    const auto begun = world.begin(std::move(beginning));
    ASSERT_TRUE(begun);
    EXPECT_FALSE(world.come_back(*world.pending.find(begun->launch_id), code)) << code;
    EXPECT_EQ(world.workstation.presence("c1"), Presence::held);
  }
}

}  // namespace
}  // namespace wardend

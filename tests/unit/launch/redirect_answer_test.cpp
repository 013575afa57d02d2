// What comes back from the EHR through the browser or the app, and how often it counts.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::LaunchWorld;
using test::stage_of;

struct BadRedirect {
  const char* name;
  std::string query;
  std::string code;
  std::string words;  // in what a person is told
};
class RedirectRefused : public ::testing::TestWithParam<BadRedirect> {};
TEST_P(RedirectRefused, ByTheTable) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const auto outcome = world.come_back(pending, GetParam().query);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::LaunchFailed);
  EXPECT_EQ(test::stage_of(outcome.error()), "authorization");
  EXPECT_EQ(test::code_of(outcome.error()), GetParam().code);
  EXPECT_NE(outcome.error().detail().find(GetParam().words), std::string::npos) << outcome.error().detail();
  EXPECT_TRUE(world.wire.seen.empty()) << "a code went out";
  EXPECT_TRUE(pending.outcome && pending.verifier.empty());
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
}
INSTANTIATE_TEST_SUITE_P(
    Redirect, RedirectRefused,
    ::testing::Values(
        BadRedirect{"FromAnotherIssuer", "code=c&iss=https%3A%2F%2Fevil.example", "issuer_mismatch", "another"},
        BadRedirect{"FromAnIssuerThatDiffersByASlash", "code=c&iss=https%3A%2F%2Fehr.example.org%2F", "issuer_mismatch",
                    "\"https://ehr.example.org/\", and the server's discovery document \"https://ehr.example.org\""},
        BadRedirect{"AnErrorFromAnotherIssuer", "error=access_denied&iss=https%3A%2F%2Fevil.example", "issuer_mismatch",
                    "another"},
        BadRedirect{"Denied", "error=access_denied", "access_denied", "cancelled"},
        BadRedirect{"ScopesRefused", "error=invalid_scope", "invalid_scope", "scope"},
        BadRedirect{"TryLater", "error=temporarily_unavailable", "temporarily_unavailable", "later"},
        BadRedirect{"ANonceIsMissing", "error=invalid_request&error_description=Nonce+is+required", "invalid_request",
                    "set nonce = true"},
        BadRedirect{"SomethingElse", "error=made_up&error_description=because+of+this", "made_up", "because of this"}),
    [](const auto& info) { return info.param.name; });

TEST(Redirect, ARightIssuerInTheRedirectPasses) {
  LaunchWorld world;
  EXPECT_TRUE(world.come_back(world.begin_standalone(), "code=c&iss=https%3A%2F%2Fehr.example.org"));
}

TEST(Redirect, ASecondRedirectOfTheSameLaunchSendsNoCode) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const auto first = world.start(world.redirect(pending.id, "code=c1"));
  const auto second = world.start(world.redirect(pending.id, "code=c2"));
  world.clock.advance(5s);
  ASSERT_TRUE(*first && **first && *second && **second);
  EXPECT_EQ(***first, ***second) << "both hear of the one session";
  const auto late = world.come_back(pending, "code=c3");
  EXPECT_TRUE(late);
  EXPECT_EQ(world.wire.seen.size(), 1U);
}

TEST(Redirect, TheStateIsSpentByItsFirstUseGoodOrBad) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string state(pending.state.reveal());
  EXPECT_EQ(world.pending.find_by_state(state), &pending);
  EXPECT_FALSE(world.come_back(pending, "error=access_denied"));
  EXPECT_EQ(world.pending.find_by_state(state), nullptr);
}

struct Completion {
  const char* name;
  std::string url;  // "STATE" stands for the launch's own
  std::optional<Errc> refused;
  bool over = true;  // and the launch with it
};
class CompleteLaunch : public ::testing::TestWithParam<Completion> {};
TEST_P(CompleteLaunch, ByTheTable) {
  LaunchWorld world;
  world.app().registrations.front().redirect_uri = "org.example.vitals:/callback";
  const launch::Pending& pending = world.begin_standalone();
  std::string url = GetParam().url;
  if (const auto at = url.find("STATE"); at != std::string::npos)
    url.replace(at, 5, std::string(pending.state.reveal()));
  const auto outcome =
      world.within(30s, world.launcher.complete(pending.id, Secret(url), world.clock.now() + call_time));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(world.wire.seen.size(), GetParam().refused ? 0U : 1U);
  if (!GetParam().refused) {
    EXPECT_TRUE(*outcome) << outcome->error().detail();
    return;
  }
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error().code(), *GetParam().refused);
  EXPECT_EQ(pending.outcome.has_value(), GetParam().over);
}
INSTANTIATE_TEST_SUITE_P(
    Redirect, CompleteLaunch,
    ::testing::Values(
        Completion{"TheWholeRedirect", "org.example.vitals:/callback?state=STATE&code=c1", {}},
        Completion{"AnotherAddress", "org.example.other:/callback?state=STATE&code=c1", Errc::InvalidRequest, false},
        Completion{"NoQuery", "org.example.vitals:/callback", Errc::InvalidRequest, false},
        Completion{"AWrongState", "org.example.vitals:/callback?state=nope&code=c1", Errc::LaunchFailed, false},
        Completion{"NoState", "org.example.vitals:/callback?code=c1", Errc::LaunchFailed, false},
        Completion{"TwoCodes", "org.example.vitals:/callback?state=STATE&code=a&code=b", Errc::LaunchFailed},
        Completion{"Denied", "org.example.vitals:/callback?state=STATE&error=access_denied", Errc::LaunchFailed}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace wardend

// However slow the server is, and wherever: whoever waits has an answer within ten seconds that names the cause.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::LaunchWorld;

struct SlowWay {
  const char* name;
  void (*make)(LaunchWorld&);
  std::string code;  // of the LaunchFailed
};
class SlowExchange : public ::testing::TestWithParam<SlowWay> {};
TEST_P(SlowExchange, EndsWithItsCauseInTime) {
  LaunchWorld world;
  world.app().identity = config::Identity::required;
  world.ask_who_signs_in();
  world.ehr.extra_members = test::with_id_token(test::id_token("u1"));
  GetParam().make(world);
  const launch::Pending& pending = world.begin_standalone();
  world.clock.advance(6s);  // what is fetched ahead has ended, one way or the other
  const BootTime began = world.clock.now();
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  while (!*outcome && world.clock.now() < began + 30s) world.clock.advance(100ms);
  ASSERT_TRUE(*outcome && !**outcome);
  EXPECT_EQ((**outcome).error().code(), Errc::LaunchFailed);
  EXPECT_EQ(test::code_of((**outcome).error()), GetParam().code) << (**outcome).error().detail();
  EXPECT_LE(world.clock.now() - began, 9s);
  EXPECT_EQ(world.store.size(), 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Deadline, SlowExchange,
    ::testing::Values(SlowWay{"ATokenEndpointThatHangs", [](LaunchWorld& world) { world.ehr.slow["/token"] = 1h; },
                              "token_timeout"},
                      SlowWay{"KeysThatHang", [](LaunchWorld& world) { world.ehr.slow["/jwks"] = 1h; }, "jwks_timeout"},
                      SlowWay{"KeysThatHangAfterASlowToken",
                              [](LaunchWorld& world) {
                                world.ehr.slow["/jwks"] = 1h;
                                world.ehr.slow["/token"] = 7s;
                              },
                              "jwks_timeout"}),
    [](const auto& info) { return info.param.name; });

struct SlowBeginning {
  const char* name;
  Duration discovery_takes;
  bool ends;
};
class SlowDiscovery : public ::testing::TestWithParam<SlowBeginning> {};
TEST_P(SlowDiscovery, AnswersInTime) {
  LaunchWorld world;
  world.ehr.slow["smart-configuration"] = GetParam().discovery_takes;
  const BootTime began = world.clock.now();
  auto beginning = world.standalone();
  beginning.until = began + 8s;
  const auto begun = world.start(world.launcher.begin(std::move(beginning)));
  while (!*begun && world.clock.now() < began + 30s) world.clock.advance(100ms);
  ASSERT_TRUE(*begun);
  EXPECT_LE(world.clock.now() - began, 9s);
  EXPECT_EQ((**begun).has_value(), GetParam().ends);
  if (!GetParam().ends) EXPECT_EQ(test::code_of((**begun).error()), "discovery_timeout");
}
INSTANTIATE_TEST_SUITE_P(Deadline, SlowDiscovery,
                         ::testing::Values(SlowBeginning{"Slow", 4s, true}, SlowBeginning{"TooSlow", 6s, false},
                                           SlowBeginning{"Hanging", 1h, false}),
                         [](const auto& info) { return info.param.name; });

TEST(Deadline, ABeginningWaitsForSomebodyElsesRequestNoLongerThanForItsOwn) {
  LaunchWorld world;
  world.server().health.timeout = std::chrono::milliseconds(8000);
  world.ehr.slow["smart-configuration"] = 1h;
  const auto probe = world.start(world.directory.get("ehr", server::ServerDirectory::Need::now, BootTime::max()));
  world.clock.advance(1s);
  auto beginning = world.standalone();
  beginning.until = world.clock.now() + 2s;
  const auto begun = world.within(2s, world.launcher.begin(std::move(beginning)));
  ASSERT_TRUE(begun && !*begun);
  EXPECT_EQ(test::code_of(begun->error()), "discovery_timeout");
  EXPECT_FALSE(*probe);
}

}  // namespace
}  // namespace wardend

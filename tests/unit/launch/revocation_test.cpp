// What a launch brought and cannot use is revoked: answers that are refused as a whole, and those that come too late.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::LaunchWorld;

// An answer of the token endpoint that is refused as a whole, though tokens were issued.
struct Refused {
  const char* name;
  std::string reply;
  std::string code;
  std::string revoked;
};
class RefusedAnswer : public ::testing::TestWithParam<Refused> {};
TEST_P(RefusedAnswer, HasItsTokensRevoked) {
  LaunchWorld world;
  world.wire.token_reply = GetParam().reply;
  const auto outcome = world.launch_with_code("c1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::LaunchFailed);
  EXPECT_EQ(test::code_of(outcome.error()), GetParam().code);
  world.wire.token_reply.reset();
  world.clock.advance(5s);
  EXPECT_EQ(world.ehr.revoked, std::set<std::string>{GetParam().revoked});
  EXPECT_EQ(world.store.size(), 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Exchange, RefusedAnswer,
    ::testing::Values(
        Refused{"ABadPatientId",
                R"({"access_token":"a1","token_type":"Bearer","refresh_token":"r1","patient":"a/b c"})",
                "bad_context_id", "r1"},
        Refused{"AnotherTokenType", R"({"access_token":"a1","token_type":"mac","refresh_token":"r1"})", "token_type",
                "r1"},
        Refused{"WithoutARefreshToken", R"({"access_token":"a1","token_type":"mac"})", "token_type", "a1"},
        Refused{"BrokenJson", R"({"access_token":"a1","token_type":"Bearer","refresh_token":"r1",)", "not_json", "r1"},
        Refused{"NoAccessToken", R"({"token_type":"Bearer","refresh_token":"r1"})", "no_access_token", "r1"}),
    [](const auto& info) { return info.param.name; });

TEST(Exchange, WhatComesForALaunchAfterItsServiceIsToldToStopIsRevoked) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const launch::Pending& late = world.begin_standalone();
  world.ehr.latency = 1s;
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  world.clock.advance(100ms);
  ASSERT_EQ(world.wire.seen.size(), 1U) << "the exchange must be in flight";
  world.launcher.close();
  world.clearing.clear_all({ClearReason::restart, ""});
  const BootTime began = world.clock.now();
  world.launches.spawn("settle", world.launcher.settle(began + 2s));
  world.clock.advance(2s);
  ASSERT_TRUE(*outcome && !**outcome);
  world.clock.advance(3s);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
  EXPECT_FALSE(world.begin(world.standalone())) << "no launch begins any more";
  EXPECT_FALSE(world.come_back(late, "code=c2"));
  EXPECT_EQ(world.wire.seen.size(), 1U) << "and no other code is exchanged";
}

}  // namespace
}  // namespace wardend

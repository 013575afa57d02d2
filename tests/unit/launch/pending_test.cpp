#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using launch::Pending;
using launch::PendingLaunches;
using test::LaunchWorld;

std::unique_ptr<Pending> pending(const std::string& id, uid_t uid, BootTime expires_at) {
  auto made = std::make_unique<Pending>();
  made->id = id;
  made->uid = uid;
  made->epoch = 5;
  made->state = Secret("state-of-" + id);
  made->verifier = Secret("verifier");
  made->cookie = Secret("cookie");
  made->authorization_url = Secret("https://ehr.example.org/authorize?state=x");
  made->expires_at = expires_at;
  return made;
}

TEST(PendingLaunches, AreCountedByUserWhileTheyAreNotOver) {
  PendingLaunches launches;
  Pending& first = launches.add(pending("a", 1000, BootTime(10s)));
  launches.add(pending("b", 1000, BootTime(10s)));
  launches.add(pending("c", 1001, BootTime(10s)));
  EXPECT_EQ(launches.count(1000), 2U);
  launches.finish(first, std::string("session"));
  EXPECT_EQ(launches.count(1000), 1U);
  EXPECT_EQ(launches.count(1001), 1U);
  EXPECT_EQ(launches.count(1002), 0U);
}

TEST(PendingLaunches, AreFoundByTheirStateUntilItIsSpent) {
  PendingLaunches launches;
  Pending& a = launches.add(pending("a", 1000, BootTime(10s)));
  launches.add(pending("b", 1000, BootTime(10s)));
  EXPECT_EQ(launches.find_by_state("state-of-a"), &a);
  EXPECT_EQ(launches.find_by_state("state-of-"), nullptr);
  EXPECT_EQ(launches.find_by_state(""), nullptr);
  a.state = Secret();
  EXPECT_EQ(launches.find_by_state("state-of-a"), nullptr);
  EXPECT_EQ(launches.find_by_state(""), nullptr) << "a spent state is empty, and must not be found as such";
}

TEST(PendingLaunches, S18AFinishedLaunchHoldsNoSecretAndKeepsItsFirstOutcome) {
  PendingLaunches launches;
  Pending& launch = launches.add(pending("a", 1000, BootTime(10s)));
  launches.finish(launch, std::string("session"));
  EXPECT_TRUE(launch.state.empty() && launch.verifier.empty() && launch.cookie.empty() &&
              launch.authorization_url.empty());
  launches.finish(launch, fail(errors::LaunchExpired{"late"}));
  ASSERT_TRUE(launch.outcome && *launch.outcome);
  EXPECT_EQ(**launch.outcome, "session");
}

TEST(PendingLaunches, AreFoundByWhatTheyAreWhileTheyAreNotOver) {
  PendingLaunches launches;
  Pending& meant = launches.add(pending("a", 1000, BootTime(10s)));
  launches.add(pending("b", 1001, BootTime(10s)));
  launches.finish(launches.add(pending("c", 1000, BootTime(10s))), std::string("session"));
  const auto of_user = [](const Pending& launch) { return launch.uid == 1000; };
  EXPECT_EQ(launches.matching(of_user), std::vector{&meant});
}

struct Ended {
  const char* name;
  bool (*which)(const Pending&);
  std::size_t count;
};
class EndWhere : public ::testing::TestWithParam<Ended> {};
TEST_P(EndWhere, EndsWhatIsMeantAndTellsWhoeverWaits) {
  LaunchWorld world;
  const std::string meant = world.begin_standalone().id;
  const auto waiting = world.start(world.launcher.await(meant));
  world.clock.settle();
  const auto records = world.audit.count(AuditKind::launch);
  EXPECT_EQ(world.launcher.end_where(GetParam().which,
                                     errors::SessionCleared{.reason = ClearReason::os_lock, .at = WallTime{}}),
            GetParam().count);
  world.clock.settle();
  EXPECT_EQ(world.audit.count(AuditKind::launch), records + GetParam().count);
  ASSERT_EQ(waiting->has_value(), GetParam().count == 1);
  if (GetParam().count == 0) return;
  ASSERT_FALSE(**waiting);
  EXPECT_EQ((**waiting).error().code(), Errc::SessionCleared);
}
INSTANTIATE_TEST_SUITE_P(
    Launcher, EndWhere,
    ::testing::Values(Ended{"TheLoginSession", [](const Pending& one) { return one.login_session == "c1"; }, 1},
                      Ended{"TheServer", [](const Pending& one) { return one.server == "ehr"; }, 1},
                      Ended{"TheApp", [](const Pending& one) { return one.app == "vitals"; }, 1},
                      Ended{"TheUser", [](const Pending& one) { return one.uid == 1000; }, 1},
                      Ended{"AnotherServer", [](const Pending& one) { return one.server == "other"; }, 0},
                      Ended{"Nothing", [](const Pending&) { return false; }, 0}),
    [](const auto& info) { return info.param.name; });

TEST(Launcher, ALaunchThatEndsInItsExchangeHasItsTokensRevoked) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  world.ehr.latency = 2s;
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  world.clock.advance(1s);
  ASSERT_EQ(world.wire.seen.size(), 1U) << "the exchange must be in flight";
  EXPECT_EQ(world.launcher.end_where([](const Pending& one) { return one.server == "ehr"; },
                                     errors::SessionCleared{.reason = ClearReason::os_lock, .at = WallTime{}}),
            1U);
  world.clock.settle();
  ASSERT_TRUE(*outcome && !**outcome) << "the caller must hear at once";
  world.clock.advance(20s);
  EXPECT_EQ(world.store.size(), 0U);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}

TEST(PendingLaunches, AreForgottenAtTheirExpiryAndNotBefore) {
  PendingLaunches launches;
  EXPECT_EQ(launches.next_expiry(), BootTime::max());
  launches.add(pending("a", 1000, BootTime(10s)));
  launches.add(pending("b", 1000, BootTime(20s)));
  EXPECT_EQ(launches.next_expiry(), BootTime(10s));
  launches.purge(BootTime(10s) - 1ns);
  EXPECT_EQ(launches.size(), 2U);
  launches.purge(BootTime(10s));
  EXPECT_EQ(launches.find("a"), nullptr);
  EXPECT_NE(launches.find("b"), nullptr);
}

TEST(Launcher, RefusesAUsersNinthLaunchAndNobodyElses) {
  LaunchWorld world;
  world.logind.add("c2", 1001).seat = "seat1";
  for (std::size_t i = 0; i < PendingLaunches::max_per_uid; ++i) ASSERT_TRUE(world.begin(world.standalone())) << i;
  const auto ninth = world.begin(world.standalone());
  ASSERT_FALSE(ninth);
  EXPECT_EQ(*told<errors::RateLimited>(ninth.error()).retry_after_ms, PendingLaunches::life)
      << "till the first is over";
  auto other = world.standalone();
  other.uid = 1001;
  other.login_session = "c2";
  other.epoch = world.workstation.current_epoch("c2");
  EXPECT_TRUE(world.begin(std::move(other)));
}

TEST(Launcher, LaunchesThatBeginTogetherShareTheLimit) {
  LaunchWorld world;
  std::vector<std::shared_ptr<std::optional<Result<launch::Launcher::Begun>>>> all;
  for (int i = 0; i < 20; ++i) all.push_back(world.start(world.launcher.begin(world.standalone())));
  world.clock.advance(1s);
  std::size_t begun = 0;
  for (const auto& one : all) {
    ASSERT_TRUE(*one);
    if (**one)
      ++begun;
    else
      EXPECT_EQ((**one).error().code(), Errc::RateLimited);
  }
  EXPECT_EQ(begun, PendingLaunches::max_per_uid);
}

TEST(Launcher, ARefusalForTheLimitIsInTheAuditTrail) {
  LaunchWorld world;
  for (std::size_t i = 0; i < PendingLaunches::max_per_uid; ++i) ASSERT_TRUE(world.begin(world.standalone()));
  const auto before = world.audit.count(AuditKind::launch);
  ASSERT_FALSE(world.begin(world.standalone()));
  ASSERT_EQ(world.audit.count(AuditKind::launch), before + 1);
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
  EXPECT_EQ(world.audit.records.back().result, "RateLimited");
}

TEST(Launcher, S21ALaunchThatNobodyFinishesExpiresAfterTenMinutes) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string id = pending.id;
  const auto waiting = world.start(world.launcher.await(id));
  world.clock.advance(9min);
  EXPECT_FALSE(*waiting);
  world.clock.advance(1min);
  ASSERT_TRUE(*waiting);
  ASSERT_FALSE(**waiting);
  EXPECT_EQ((**waiting).error().code(), Errc::LaunchExpired);
  EXPECT_EQ(world.launcher.find(id), nullptr);
  for (std::size_t i = 0; i < PendingLaunches::max_per_uid; ++i)
    EXPECT_TRUE(world.begin(world.standalone())) << "an expired launch still counts";
}

TEST(Launcher, ALaunchWhoseCodeIsBeingExchangedAtItsExpiryLosesNoToken) {
  LaunchWorld world;
  world.ehr.latency = 5s;
  world.clock.settle();
  const auto begun = world.within(10s, world.launcher.begin(world.standalone()));
  ASSERT_TRUE(begun && *begun);
  launch::Pending* pending = world.launcher.find((*begun)->launch_id);
  ASSERT_NE(pending, nullptr);
  world.clock.advance(pending->expires_at - world.clock.now() - 1s);
  const auto outcome = world.within(20s, world.redirect(pending->id, "code=late"));
  ASSERT_TRUE(outcome);
  const bool in_session = outcome->has_value() && world.store.find(**outcome) != nullptr;
  world.clock.advance(30s);
  EXPECT_TRUE(in_session || world.ehr.revoked.contains("late.1")) << "tokens came and nobody holds or revokes them";
}

}  // namespace
}  // namespace wardend

// Launches that are under way: whose they are, who makes room for whom, and how they end.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using launch::Origin;
using launch::Pending;
using launch::PendingLaunches;
using test::LaunchWorld;

std::unique_ptr<Pending> pending(const std::string& id, uid_t uid, BootTime began_at, Origin origin = Origin::app) {
  auto made = std::make_unique<Pending>();
  made->id = id;
  made->uid = uid;
  made->origin = origin;
  made->epoch = 5;
  made->state = Secret("state-of-" + id);
  made->verifier = Secret("verifier");
  made->cookie = Secret("cookie");
  made->authorization_url = Secret("https://ehr.example.org/authorize?state=x");
  made->began_at = began_at;
  made->expires_at = began_at + PendingLaunches::life;
  return made;
}

struct Launches {
  asio::io_context loop;
  test::VirtualClock clock{loop};
  session::SessionStore store;
  test::FakeAudit audit;
  launch::LaunchMatrix matrix{clock};
  launch::LaunchLog log{store, audit, matrix};
  PendingLaunches pending{clock, log};

  // A launch that begins a second after the one before.
  Pending& add(const std::string& id, uid_t uid = 1000, Origin origin = Origin::app) {
    clock.advance(1s);
    return pending.add(wardend::pending(id, uid, clock.now(), origin));
  }
  // The id of the launch that makes room; "": none must; "wait SECONDS": there is no room.
  std::string room(uid_t uid, Origin origin = Origin::app) {
    const auto replaced = pending.to_replace(uid, origin);
    if (!replaced) return "wait " + std::to_string(std::chrono::ceil<std::chrono::seconds>(replaced.error()).count());
    return *replaced == nullptr ? "" : (*replaced)->id;
  }
};

TEST(PendingLaunches, AreFoundByTheirStateUntilItIsSpent) {
  Launches launches;
  Pending& a = launches.add("a");
  launches.add("b");
  EXPECT_EQ(launches.pending.find_by_state("state-of-a"), &a);
  EXPECT_EQ(launches.pending.find_by_state("state-of-"), nullptr);
  EXPECT_EQ(launches.pending.find_by_state(""), nullptr);
  a.state = Secret();
  EXPECT_EQ(launches.pending.find_by_state("state-of-a"), nullptr);
  EXPECT_EQ(launches.pending.find_by_state(""), nullptr) << "a spent state is empty, and must not be found as such";
}

TEST(PendingLaunches, AFinishedLaunchHoldsNoSecretAndKeepsItsFirstOutcome) {
  Launches launches;
  Pending& launch = launches.add("a");
  launches.pending.over(launch, std::string("session"));
  EXPECT_TRUE(launch.state.empty() && launch.verifier.empty() && launch.cookie.empty() &&
              launch.authorization_url.empty());
  launches.pending.over(launch, fail(errors::LaunchExpired{"late"}));
  ASSERT_TRUE(launch.outcome && *launch.outcome);
  EXPECT_EQ(**launch.outcome, "session");
  EXPECT_EQ(launches.audit.count(AuditKind::launch), 1U) << "a launch ends once";
}

TEST(PendingLaunches, TheNinthOfAUserTakesThePlaceOfTheOldest) {
  Launches launches;
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) launches.add(id);
  EXPECT_EQ(launches.room(1000), "");
  launches.add("h");
  EXPECT_EQ(launches.room(1000), "a");
  EXPECT_EQ(launches.room(1001), "") << "nobody else is touched";
  launches.pending.over(*launches.pending.find("c"), std::string("session"));
  EXPECT_EQ(launches.room(1000), "") << "what is over takes no place";
}

TEST(PendingLaunches, OneOriginMakesRoomForItselfFirst) {
  Launches launches;
  launches.add("app", 1000, Origin::app);
  launches.add("click", 1000, Origin::click);
  for (const char* id : {"c", "d", "e", "f", "g", "h"}) launches.add(id, 1000, Origin::navigation);
  EXPECT_EQ(launches.room(1000, Origin::navigation), "c");
  EXPECT_EQ(launches.room(1000, Origin::click), "click");
  EXPECT_EQ(launches.room(1000, Origin::app), "app");
  launches.pending.over(*launches.pending.find("app"), fail(errors::LaunchExpired{""}));
  launches.add("i", 1000, Origin::navigation);
  EXPECT_EQ(launches.room(1000, Origin::app), "click") << "the oldest, where there is none of its own";
}

TEST(PendingLaunches, WhoseCodeIsBeingExchangedStay) {
  Launches launches;
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"})
    launches.add(id).exchange_until = launches.clock.now() + 8s;
  EXPECT_EQ(launches.room(1000), "wait 1") << "the first one ends then";
  launches.pending.find("d")->exchange_until.reset();
  EXPECT_EQ(launches.room(1000), "d");
}

TEST(PendingLaunches, EightUsersCannotFillThePlacesOfAll) {
  Launches launches;
  for (uid_t uid = 1; uid <= 8; ++uid)
    for (int i = 0; i < 8; ++i) launches.add(std::to_string(uid) + "-" + std::to_string(i), uid);
  EXPECT_EQ(launches.pending.size(), PendingLaunches::max_altogether);
  EXPECT_EQ(launches.room(1000), "1-0") << "the oldest of whoever has most";
  EXPECT_EQ(launches.room(8), "8-0") << "their own";
}

// B7: as many users as there are places, one launch each.
TEST(PendingLaunches, TheOldestOnlyOneMakesRoomForWhoHasNone) {
  Launches launches;
  for (uid_t uid = 1; uid <= PendingLaunches::max_altogether; ++uid) launches.add(std::to_string(uid), uid);
  EXPECT_EQ(launches.room(1000), "1");
  launches.pending.find("1")->exchange_until = launches.clock.now() + 8s;
  EXPECT_EQ(launches.room(1000), "2") << "a code is being exchanged";
  EXPECT_EQ(launches.room(30), "30") << "who has one gives up that one";
  launches.pending.over(*launches.pending.find("7"), fail(errors::LaunchExpired{""}));
  EXPECT_EQ(launches.room(1000), "");
}

TEST(PendingLaunches, ExchangesAloneKeepANewcomerWaitingForTheFirstToEnd) {
  Launches launches;
  for (uid_t uid = 1; uid <= PendingLaunches::max_altogether; ++uid)
    launches.add(std::to_string(uid), uid).exchange_until = launches.clock.now() + 100s;
  EXPECT_EQ(launches.room(1000), "wait " + std::to_string(100 - 64));
  launches.pending.find("9")->exchange_until = launches.clock.now() + 3s;
  EXPECT_EQ(launches.room(1000), "wait 3");
  launches.pending.find("64")->exchange_until.reset();
  EXPECT_EQ(launches.room(1000), "64");
}

TEST(PendingLaunches, WhoHasMostInExchangesKeepsNobodyOut) {
  Launches launches;
  for (uid_t uid = 1; uid < PendingLaunches::max_altogether; ++uid) launches.add(std::to_string(uid), uid);
  launches.add("second", 1).exchange_until = launches.clock.now() + 8s;
  launches.pending.find("1")->exchange_until = launches.clock.now() + 8s;
  EXPECT_EQ(launches.room(1000), "2");
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
  EXPECT_EQ(world.pending.end_where(GetParam().which, errors::LaunchExpired{"ended"}), GetParam().count);
  world.clock.settle();
  EXPECT_EQ(world.audit.count(AuditKind::launch), records + GetParam().count);
  ASSERT_EQ(waiting->has_value(), GetParam().count == 1);
  if (GetParam().count == 0) return;
  ASSERT_FALSE(**waiting);
  EXPECT_EQ((**waiting).error().code(), Errc::LaunchExpired);
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
  const Pending& pending = world.begin_standalone();
  world.ehr.latency = 2s;
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  world.clock.advance(1s);
  ASSERT_EQ(world.wire.seen.size(), 1U) << "the exchange must be in flight";
  EXPECT_EQ(
      world.pending.end_where([](const Pending& one) { return one.server == "ehr"; }, errors::LaunchExpired{"ended"}),
      1U);
  world.clock.settle();
  ASSERT_TRUE(*outcome && !**outcome) << "the caller must hear at once";
  world.clock.advance(20s);
  EXPECT_EQ(world.store.size(), 0U);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}

TEST(Launcher, ANinthLaunchEndsTheFirstAndSaysSo) {
  LaunchWorld world;
  const std::string first = world.begin_standalone().id;
  const auto waiting = world.start(world.launcher.await(first));
  for (std::size_t i = 1; i < PendingLaunches::max_per_uid; ++i) ASSERT_TRUE(world.begin(world.standalone())) << i;
  world.clock.settle();
  EXPECT_FALSE(*waiting);
  const auto records = world.audit.count(AuditKind::launch);
  EXPECT_TRUE(world.begin(world.standalone()));
  world.clock.settle();
  ASSERT_TRUE(*waiting && !**waiting);
  EXPECT_EQ((**waiting).error().code(), Errc::LaunchExpired);
  EXPECT_TRUE((**waiting).error().detail().contains("newer launch")) << (**waiting).error().detail();
  EXPECT_EQ(world.audit.count(AuditKind::launch), records + 1);
}

TEST(Launcher, LaunchesThatBeginTogetherShareTheLimit) {
  LaunchWorld world;
  std::vector<std::shared_ptr<std::optional<Result<launch::Launcher::Begun>>>> all;
  for (int i = 0; i < 20; ++i) all.push_back(world.start(world.launcher.begin(world.standalone())));
  world.clock.advance(1s);
  std::size_t alive = 0;
  for (const auto& one : all) {
    ASSERT_TRUE(*one && **one);
    if (!world.pending.find((**one)->launch_id)->outcome) ++alive;
  }
  EXPECT_EQ(alive, PendingLaunches::max_per_uid);
}

TEST(Launcher, ARefusalForTheRateIsInTheAuditTrailAndSaysHowLong) {
  LaunchWorld world;
  for (std::size_t i = 0; i < launch::BeginRate::most; ++i) ASSERT_TRUE(world.begin(world.standalone()));
  const auto before = world.audit.count(AuditKind::launch);
  world.clock.advance(20s);
  const auto refused = world.begin(world.standalone());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::RateLimited);
  const auto* limited = refused.error().as<errors::RateLimited>();
  ASSERT_NE(limited, nullptr);
  const std::chrono::milliseconds wait = *limited->retry_after_ms;
  EXPECT_LE(wait, 40s);
  ASSERT_EQ(world.audit.count(AuditKind::launch), before + 1);
  EXPECT_EQ(world.audit.records.back().result, "RateLimited");
  world.clock.advance(wait);
  EXPECT_TRUE(world.begin(world.standalone())) << "what it said is true";
}

TEST(Launcher, ALaunchThatNobodyFinishesExpiresAfterTenMinutes) {
  LaunchWorld world;
  const std::string id = world.begin_standalone().id;
  const auto waiting = world.start(world.launcher.await(id));
  world.clock.advance(9min);
  EXPECT_FALSE(*waiting);
  const auto records = world.audit.count(AuditKind::launch);
  world.clock.advance(1min);
  ASSERT_TRUE(*waiting);
  ASSERT_FALSE(**waiting);
  EXPECT_EQ((**waiting).error().code(), Errc::LaunchExpired);
  EXPECT_EQ(world.pending.find(id), nullptr);
  EXPECT_EQ(world.audit.count(AuditKind::launch), records + 1);
}

TEST(Launcher, ALaunchWhoseCodeIsBeingExchangedAtItsExpiryLosesNoToken) {
  LaunchWorld world;
  world.ehr.latency = 5s;
  world.clock.settle();
  const auto begun = world.within(10s, world.launcher.begin(world.standalone()));
  ASSERT_TRUE(begun && *begun);
  Pending* pending = world.pending.find((*begun)->launch_id);
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

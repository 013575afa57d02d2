#include "daemon/server/server_health.hpp"

#include <gtest/gtest.h>

#include "base/words.hpp"

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using server::LinkEvidence;
using server::State;
using Kind = LinkEvidence::Kind;
using test::World;

LinkEvidence evidence(Kind kind) { return {.kind = kind, .detail = "why", .latency = 5ms}; }

TEST(ServerHealth, AServerThatWasNeverAskedIsUnknownAndStale) {
  World world;
  const auto freshness = world.server_health.freshness("ehr");
  EXPECT_EQ(freshness.server, "ehr");
  EXPECT_EQ(freshness.state, State::unknown);
  EXPECT_TRUE(freshness.stale);
  EXPECT_FALSE(freshness.confirmed_at || freshness.unbroken_since);
  EXPECT_FALSE(world.server_health.down("ehr"));
}

TEST(ServerHealth, AServerThatIsNotConfiguredIsNotNoted) {
  World world;
  world.server_health.observe("other", evidence(Kind::answered));
  EXPECT_EQ(world.server_health.record("other").link.state, State::unknown);
  EXPECT_EQ(world.server_health.freshness("other").state, State::unknown);
}

TEST(ServerHealth, AnAnswerConfirmsAndBeginsAnUnbrokenStretch) {
  World world;
  const WallTime began = world.clock.wall_now();
  world.server_health.observe("ehr", evidence(Kind::answered));
  world.clock.advance(30s);
  world.server_health.observe("ehr", evidence(Kind::answered));
  const auto freshness = world.server_health.freshness("ehr");
  EXPECT_FALSE(freshness.stale);
  EXPECT_EQ(freshness.confirmed_at, began + 30s);
  EXPECT_EQ(freshness.unbroken_since, began);
  EXPECT_EQ(world.server_health.record("ehr").latency, 5ms);
}

TEST(ServerHealth, IsStaleOnceTheLastAnswerIsOlderThanTheServersStaleness) {
  World world;
  world.server_health.observe("ehr", evidence(Kind::answered));
  const WallTime confirmed = world.clock.wall_now();
  world.clock.advance(60s);
  EXPECT_FALSE(world.server_health.freshness("ehr").stale);
  world.clock.advance(1ms);
  const auto stale = world.server_health.freshness("ehr");
  EXPECT_TRUE(stale.stale);
  EXPECT_EQ(stale.confirmed_at, confirmed) << "when it last answered stays true";
  EXPECT_FALSE(stale.unbroken_since) << "nothing is unbroken any more";
  EXPECT_EQ(stale.state, State::up) << "silence is not a failure";
}

TEST(ServerHealth, StalenessIsMeasuredOnTheClockThatNobodySets) {
  World world;
  world.server_health.observe("ehr", evidence(Kind::answered));
  world.clock.step_wall(2h);
  EXPECT_FALSE(world.server_health.freshness("ehr").stale);
  world.clock.step_wall(-4h);
  world.clock.advance(61s);
  EXPECT_TRUE(world.server_health.freshness("ehr").stale);
}

struct Break {
  const char* name;
  Kind kind;
  bool breaks;
};
class UnbrokenStretch : public ::testing::TestWithParam<Break> {};
TEST_P(UnbrokenStretch, EndsWithAFailureAndOnlyThen) {
  World world;
  const WallTime began = world.clock.wall_now();
  world.server_health.observe("ehr", evidence(Kind::answered));
  world.clock.advance(10s);
  world.server_health.observe("ehr", evidence(GetParam().kind));
  EXPECT_EQ(world.server_health.freshness("ehr").unbroken_since.has_value(), !GetParam().breaks);
  EXPECT_EQ(world.server_health.freshness("ehr").confirmed_at, began + (GetParam().kind == Kind::answered ? 10s : 0s));
  world.clock.advance(10s);
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.server_health.freshness("ehr").unbroken_since, GetParam().breaks ? began + 20s : began);
}
INSTANTIATE_TEST_SUITE_P(ServerHealth, UnbrokenStretch,
                         ::testing::Values(Break{"Answered", Kind::answered, false},
                                           Break{"Inconclusive", Kind::inconclusive, false},
                                           Break{"Failing", Kind::failing, true},
                                           Break{"Unreachable", Kind::unreachable, true},
                                           Break{"Untrusted", Kind::untrusted, true}),
                         [](const auto& info) { return info.param.name; });

TEST(ServerHealth, AnAnswerAfterAStaleStretchBeginsANewOne) {
  World world;
  world.server_health.observe("ehr", evidence(Kind::answered));
  world.clock.advance(2min);
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.server_health.freshness("ehr").unbroken_since, world.clock.wall_now());
}

TEST(ServerHealth, KeepsWhatWasWrongUntilTheServerAnswers) {
  World world;
  world.server_health.observe("ehr", evidence(Kind::untrusted));
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, "why");
  world.server_health.observe("ehr", evidence(Kind::inconclusive));
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, "why");
  world.server_health.observe("ehr", {.kind = Kind::answered});
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, "");
  EXPECT_FALSE(world.server_health.needs_people("ehr"));
}

TEST(ServerHealth, ShowsWhatAServerThatLivesHasWrong) {
  World world;
  LinkEvidence gone{.kind = Kind::answered, .detail = "HTTP 404: correct fhir_base_url"};
  world.server_health.observe("ehr", gone);
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, gone.detail);
  EXPECT_EQ(world.server_health.freshness("ehr").state, State::up) << "a fault of the configuration is no downtime";
  world.server_health.observe("ehr", evidence(Kind::slow));
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, "why");
  EXPECT_FALSE(world.server_health.freshness("ehr").stale) << "slow is alive";
}

// What its predecessor of that name was confirmed to have says nothing of it.
TEST(ServerHealth, AServerAtAnotherAddressIsAnother) {
  World world;
  world.server_health.observe("ehr", evidence(Kind::answered));
  ASSERT_FALSE(world.server_health.freshness("ehr").stale);
  auto moved = std::make_shared<config::Config>(*world.settings);
  moved->servers.front().fhir_base_url = *fhir::BaseUrl::parse("https://new.example.org/fhir");
  world.config.replace(moved);
  EXPECT_EQ(world.server_health.freshness("ehr").state, State::unknown);
  EXPECT_TRUE(world.server_health.freshness("ehr").stale);
  EXPECT_FALSE(world.server_health.record("ehr").confirmed_at);
  for (int i = 0; i < 2; ++i) world.server_health.observe("ehr", evidence(Kind::unreachable));
  EXPECT_TRUE(world.server_health.down("ehr"));
  world.config.replace(world.settings);
  EXPECT_FALSE(world.server_health.down("ehr")) << "and back at the first one nothing is known against it";
}

TEST(ServerHealth, SaysUntilWhenAServerWantsToBeLeftAlone) {
  World world;
  world.server_health.observe("ehr", {.kind = Kind::inconclusive, .detail = "HTTP 429", .quiet = 120s});
  const auto record = world.server_health.record("ehr");
  EXPECT_EQ(record.quiet_until, world.clock.now() + 120s);
  EXPECT_EQ(record.last_trouble, "HTTP 429; it wants to be left alone until " +
                                     words::local_time(unix_seconds(world.clock.wall_now() + 120s)));
  EXPECT_EQ(record.link.state, State::unknown);
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_FALSE(world.server_health.record("ehr").quiet_until);
}

TEST(ServerHealth, RemembersTheCertificatesEnd) {
  World world;
  LinkEvidence with = evidence(Kind::answered);
  with.certificate_expires_at = WallTime(std::chrono::seconds(1'900'000'000));
  world.server_health.observe("ehr", with);
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.server_health.record("ehr").certificate_expires_at, with.certificate_expires_at);
}

TEST(ServerHealth, TellsEveryChangeOfStateOnceAndWhen) {
  World world;
  events::EventHub::Subscription watcher(world.hub);
  std::vector<std::string> told;
  for (const Kind kind : {Kind::answered, Kind::answered, Kind::failing, Kind::failing, Kind::failing, Kind::answered,
                          Kind::answered, Kind::answered}) {
    world.clock.advance(1s);
    const auto before = watcher.queue.size();
    world.server_health.observe("ehr", evidence(kind));
    if (watcher.queue.size() > before) {
      EXPECT_EQ(world.server_health.record("ehr").state_since, world.clock.wall_now());
      EXPECT_EQ(watcher.queue.back().kind, events::EventKind::server_health_changed);
      EXPECT_EQ(watcher.queue.back().server, "ehr");
      told.push_back(watcher.queue.back().reason);
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"up", "degraded", "down", "degraded", "up"}));
}

TEST(ServerHealth, CallsForRecoveryWhenAServerIsNoLongerDownAndOnlyThen) {
  World world;
  std::vector<std::string> recovered;
  world.server_health.on_recovery([&](const std::string& server) { recovered.push_back(server); });
  for (const Kind kind : {Kind::answered, Kind::failing, Kind::answered, Kind::answered})
    world.server_health.observe("ehr", evidence(kind));
  EXPECT_TRUE(recovered.empty()) << "it never was down";
  world.server_health.observe("ehr", evidence(Kind::failing));
  world.server_health.observe("ehr", evidence(Kind::failing));
  EXPECT_TRUE(world.server_health.down("ehr"));
  EXPECT_TRUE(recovered.empty());
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_FALSE(world.server_health.down("ehr"));
  EXPECT_EQ(recovered, std::vector<std::string>{"ehr"});
  world.server_health.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(recovered.size(), 1U) << "from degraded to up nothing is left to recover";
}

TEST(ServerHealth, AServerThatIsDownClearsNothing) {
  World world;
  session::Session& session = world.begin("s");
  for (int i = 0; i < 10; ++i) world.server_health.observe("ehr", evidence(Kind::unreachable));
  EXPECT_TRUE(world.server_health.down("ehr"));
  EXPECT_EQ(session.state(), session::State::active);
}

}  // namespace
}  // namespace wardend

#include "daemon/health/book.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using health::State;
using session::LinkEvidence;
using Kind = LinkEvidence::Kind;
using test::World;

LinkEvidence evidence(Kind kind) { return {.kind = kind, .detail = "why", .latency = 5ms}; }

TEST(Book, AServerThatWasNeverAskedIsUnknownAndStale) {
  World world;
  const auto freshness = world.book.freshness("ehr");
  EXPECT_EQ(freshness.server, "ehr");
  EXPECT_EQ(freshness.state, State::unknown);
  EXPECT_TRUE(freshness.stale);
  EXPECT_FALSE(freshness.confirmed_at || freshness.unbroken_since);
  EXPECT_FALSE(world.book.down("ehr"));
}

TEST(Book, AServerThatIsNotConfiguredIsNotNoted) {
  World world;
  world.book.observe("other", evidence(Kind::answered));
  EXPECT_EQ(world.book.record("other").link.state, State::unknown);
  EXPECT_EQ(world.book.freshness("other").state, State::unknown);
}

TEST(Book, AnAnswerConfirmsAndBeginsAnUnbrokenStretch) {
  World world;
  const WallTime began = world.clock.wall_now();
  world.book.observe("ehr", evidence(Kind::answered));
  world.clock.advance(30s);
  world.book.observe("ehr", evidence(Kind::answered));
  const auto freshness = world.book.freshness("ehr");
  EXPECT_FALSE(freshness.stale);
  EXPECT_EQ(freshness.confirmed_at, began + 30s);
  EXPECT_EQ(freshness.unbroken_since, began);
  EXPECT_EQ(world.book.record("ehr").latency, 5ms);
}

TEST(Book, IsStaleOnceTheLastAnswerIsOlderThanTheServersStaleness) {
  World world;
  world.book.observe("ehr", evidence(Kind::answered));
  const WallTime confirmed = world.clock.wall_now();
  world.clock.advance(60s);
  EXPECT_FALSE(world.book.freshness("ehr").stale);
  world.clock.advance(1ms);
  const auto stale = world.book.freshness("ehr");
  EXPECT_TRUE(stale.stale);
  EXPECT_EQ(stale.confirmed_at, confirmed) << "when it last answered stays true";
  EXPECT_FALSE(stale.unbroken_since) << "nothing is unbroken any more";
  EXPECT_EQ(stale.state, State::up) << "silence is not a failure";
}

TEST(Book, StalenessIsMeasuredOnTheClockThatNobodySets) {
  World world;
  world.book.observe("ehr", evidence(Kind::answered));
  world.clock.step_wall(2h);
  EXPECT_FALSE(world.book.freshness("ehr").stale);
  world.clock.step_wall(-4h);
  world.clock.advance(61s);
  EXPECT_TRUE(world.book.freshness("ehr").stale);
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
  world.book.observe("ehr", evidence(Kind::answered));
  world.clock.advance(10s);
  world.book.observe("ehr", evidence(GetParam().kind));
  EXPECT_EQ(world.book.freshness("ehr").unbroken_since.has_value(), !GetParam().breaks);
  EXPECT_EQ(world.book.freshness("ehr").confirmed_at, began + (GetParam().kind == Kind::answered ? 10s : 0s));
  world.clock.advance(10s);
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.book.freshness("ehr").unbroken_since, GetParam().breaks ? began + 20s : began);
}
INSTANTIATE_TEST_SUITE_P(Book, UnbrokenStretch,
                         ::testing::Values(Break{"Answered", Kind::answered, false},
                                           Break{"Inconclusive", Kind::inconclusive, false},
                                           Break{"Failing", Kind::failing, true},
                                           Break{"Unreachable", Kind::unreachable, true},
                                           Break{"Untrusted", Kind::untrusted, true}),
                         [](const auto& info) { return info.param.name; });

TEST(Book, AnAnswerAfterAStaleStretchBeginsANewOne) {
  World world;
  world.book.observe("ehr", evidence(Kind::answered));
  world.clock.advance(2min);
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.book.freshness("ehr").unbroken_since, world.clock.wall_now());
}

TEST(Book, KeepsWhatWasWrongUntilTheServerAnswers) {
  World world;
  world.book.observe("ehr", evidence(Kind::untrusted));
  EXPECT_EQ(world.book.record("ehr").last_trouble, "why");
  world.book.observe("ehr", evidence(Kind::inconclusive));
  EXPECT_EQ(world.book.record("ehr").last_trouble, "why");
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.book.record("ehr").last_trouble, "");
}

TEST(Book, RemembersTheCertificatesEnd) {
  World world;
  LinkEvidence with = evidence(Kind::answered);
  with.certificate_expires_at = WallTime(std::chrono::seconds(1'900'000'000));
  world.book.observe("ehr", with);
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(world.book.record("ehr").certificate_expires_at, with.certificate_expires_at);
}

TEST(Book, TellsEveryChangeOfStateOnceAndWhen) {
  World world;
  session::EventHub::Subscription watcher(world.hub);
  std::vector<std::string> told;
  for (const Kind kind : {Kind::answered, Kind::answered, Kind::failing, Kind::failing, Kind::failing, Kind::answered,
                          Kind::answered, Kind::answered}) {
    world.clock.advance(1s);
    const auto before = watcher.queue.size();
    world.book.observe("ehr", evidence(kind));
    if (watcher.queue.size() > before) {
      EXPECT_EQ(world.book.record("ehr").state_since, world.clock.wall_now());
      EXPECT_EQ(watcher.queue.back().kind, session::EventKind::server_health_changed);
      EXPECT_EQ(watcher.queue.back().server, "ehr");
      told.push_back(watcher.queue.back().reason);
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"up", "degraded", "down", "degraded", "up"}));
}

TEST(Book, CallsForRecoveryWhenAServerIsNoLongerDownAndOnlyThen) {
  World world;
  std::vector<std::string> recovered;
  world.book.on_recovery([&](const std::string& server) { recovered.push_back(server); });
  for (const Kind kind : {Kind::answered, Kind::failing, Kind::answered, Kind::answered})
    world.book.observe("ehr", evidence(kind));
  EXPECT_TRUE(recovered.empty()) << "it never was down";
  world.book.observe("ehr", evidence(Kind::failing));
  world.book.observe("ehr", evidence(Kind::failing));
  EXPECT_TRUE(world.book.down("ehr"));
  EXPECT_TRUE(recovered.empty());
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_FALSE(world.book.down("ehr"));
  EXPECT_EQ(recovered, std::vector<std::string>{"ehr"});
  world.book.observe("ehr", evidence(Kind::answered));
  EXPECT_EQ(recovered.size(), 1U) << "from degraded to up nothing is left to recover";
}

TEST(Book, AServerThatIsDownClearsNothing) {
  World world;
  session::Session& session = world.begin("s");
  for (int i = 0; i < 10; ++i) world.book.observe("ehr", evidence(Kind::unreachable));
  EXPECT_TRUE(world.book.down("ehr"));
  EXPECT_EQ(session.state(), session::State::active);
}

}  // namespace
}  // namespace wardend

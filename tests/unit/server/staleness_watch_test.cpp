#include "daemon/server/staleness_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/server/server_world.hpp"

namespace wardend::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Watched : test::ServerWorld {
  StalenessWatch watch{clock, config, server_health, hub};
  events::EventHub::Subscription subscriber{hub};

  Watched() {
    tasks.spawn("watch", watch.run());
    clock.settle();
  }
  void observe(LinkEvidence::Kind kind) {
    server_health.observe("ehr", {.kind = kind});
    clock.settle();
  }
  // The reasons of what was told since the last look.
  std::vector<std::string> told() {
    std::vector<std::string> reasons;
    for (const auto& event : subscriber.queue) {
      EXPECT_EQ(event.kind, events::EventKind::server_health_changed);
      EXPECT_EQ(event.server, "ehr");
      reasons.push_back(event.reason);
    }
    subscriber.queue.clear();
    return reasons;
  }
};

TEST(StalenessWatch, TellsInTheMomentInWhichNothingIsConfirmedAnyMore) {
  Watched world;
  world.observe(LinkEvidence::Kind::answered);
  EXPECT_THAT(world.told(), ElementsAre("up"));
  world.clock.advance(60s);
  EXPECT_THAT(world.told(), IsEmpty());
  EXPECT_FALSE(world.server_health.freshness("ehr").stale);
  world.clock.advance(1ms);
  EXPECT_THAT(world.told(), ElementsAre("stale"));
  EXPECT_TRUE(world.server_health.freshness("ehr").stale) << "whoever is told finds it so";
  world.clock.advance(1h);
  EXPECT_THAT(world.told(), IsEmpty()) << "once";
  world.observe(LinkEvidence::Kind::answered);
  EXPECT_THAT(world.told(), ElementsAre("confirmed"));
}

TEST(StalenessWatch, SaysNothingWhileAnswersCome) {
  Watched world;
  for (int i = 0; i < 100; ++i) {
    world.observe(LinkEvidence::Kind::answered);
    world.clock.advance(59s);
  }
  EXPECT_THAT(world.told(), ElementsAre("up"));
}

TEST(StalenessWatch, IsWokenOnceASecondByAServerThatGoesOnAnswering) {
  Watched world;
  world.observe(LinkEvidence::Kind::answered);
  const auto wakes = [&] {
    world.server_health.observe("ehr", {.kind = LinkEvidence::Kind::answered});
    const bool woken = world.server_health.confirmations().waiting() == 0;
    world.clock.settle();
    return woken;
  };
  EXPECT_FALSE(wakes());
  world.clock.advance(1s);
  EXPECT_TRUE(wakes());
  EXPECT_FALSE(wakes());
  world.clock.advance(500ms);
  EXPECT_FALSE(wakes());
  world.clock.advance(60s);
  EXPECT_THAT(world.told(), ElementsAre("up")) << "of the last answer nobody was told, and it counts";
  world.clock.advance(1s);
  EXPECT_THAT(world.told(), ElementsAre("stale"));
}

TEST(StalenessWatch, AnswersThatFailConfirmNothing) {
  Watched world;
  world.observe(LinkEvidence::Kind::answered);
  world.clock.advance(50s);
  world.observe(LinkEvidence::Kind::failing);
  world.clock.advance(11s);
  EXPECT_THAT(world.told(), ElementsAre("up", "degraded", "stale"));
}

TEST(StalenessWatch, ASleepEndsWhatWasConfirmed) {
  Watched world;
  world.observe(LinkEvidence::Kind::answered);
  static_cast<void>(world.told());
  world.server_health.interrupted();
  world.clock.settle();
  EXPECT_THAT(world.told(), ElementsAre("stale"));
}

TEST(StalenessWatch, SleepsWhileThereIsNothingToTell) {
  Watched world;
  EXPECT_EQ(world.server_health.confirmations().waiting(), 1U);
  EXPECT_THAT(world.told(), IsEmpty()) << "what was never confirmed is known to be unconfirmed";
  world.clock.advance(1h);
  EXPECT_THAT(world.told(), IsEmpty());
}

}  // namespace
}  // namespace wardend::server

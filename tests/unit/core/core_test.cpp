// Every loop of the core runs once it was started: each test needs one of them, and nothing else that a world adds.
#include "daemon/core/core.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/session/world.hpp"

namespace wardend::test {
namespace {

using session::State;

struct Started : World {
  Started() : World(FakeVault(), Loops::none) {
    core.restore();
    core.start();
    clock.settle();
  }
};

TEST(Core, RefreshesATokenWhenItsLeadBegins) {
  Started world;
  const session::Session& session = world.begin("s");
  world.clock.advance(session.plan().due - world.clock.now() + 1s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  EXPECT_EQ(session.tokens()->generation, 2U);
}

TEST(Core, ProbesItsServers) {
  Started world;
  world.clock.advance(2min);
  EXPECT_GT(world.ehr.discovery_requests, 0U);
}

TEST(Core, LetsLaunchesExpire) {
  Started world;
  auto pending = std::make_unique<launch::Pending>();
  pending->id = "l";
  pending->expires_at = world.clock.now() + 10min;
  world.core.pending_launches.add(std::move(pending));
  world.clock.advance(30min);
  EXPECT_EQ(world.core.pending_launches.size(), 0U);
}

TEST(Core, ForgetsParkedWorkAtItsEnd) {
  Started world;
  session::Session& session = world.begin("s");
  session.user = {.fhir_user = {}, .subject = "u1", .issuer = "https://ehr.example.org"};
  const auto end = world.parking.park(session, {.label = "note", .data = Secret("half a note")});
  ASSERT_TRUE(end);
  world.clock.advance(*end - world.clock.now());
  EXPECT_EQ(world.parking.size(), 0U);
}

TEST(Core, TellsTheVaultThatItLives) {
  Started world;
  world.begin("s");
  world.clock.advance(10s);
  const auto beat = FakeVault(world.vault).last_beat_before();
  ASSERT_TRUE(beat);
  EXPECT_LT(world.clock.now() - *beat, world.settings->broker.lock_grace);
}

TEST(Core, EndsWhatWaitsTooLongForALockSourceAfterARestart) {
  Started before;
  before.begin("s");
  World after(before.vault, Loops::none);
  after.logind.is_live = false;
  after.core.restore();
  ASSERT_EQ(after.restorer.waiting(), 1U);
  after.core.start();
  after.clock.advance(1min);
  EXPECT_EQ(after.restorer.waiting(), 0U);
}

TEST(Core, FollowsWhatASessionWasOffered) {
  Started world;
  world.settings->servers.front().fhircast.enabled = true;
  session::Session& session = world.begin("s");
  session.hub = oauth::HubOffer{.url = "https://ehr.example.org/hub", .topic = Secret("t1")};
  world.hub.publish({.kind = events::EventKind::session_started,
                     .at = world.clock.wall_now(),
                     .session = session.id,
                     .app = session.app,
                     .server = session.server,
                     .epoch = session.epoch,
                     .reason = ""});
  world.clock.advance(5s);
  EXPECT_EQ(world.fhircast_hub.asked("subscribe"), 1U);
}

TEST(Core, ClearsALoginSessionThatNobodyTouches) {
  Started world;
  world.settings->apps.front().session.idle_timeout = std::chrono::minutes(30);
  session::Session& session = world.begin("s");
  session.last_used = world.clock.now() + 24h;  // its app is not idle
  world.logind.at("c1").idle_since = world.clock.wall_now();
  world.workstation.read_picture("c1");
  world.clock.advance(31min);
  EXPECT_EQ(session.state(), State::cleared);
}

TEST(Core, SettlesWhenARefreshUnderWayHasEnded) {
  Started world;
  const session::Session& session = world.begin("s");
  world.ehr.latency = 500ms;
  world.refresher.start_now(*world.store.find("s"));
  TaskGroup settling(world.loop.get_executor());
  settling.spawn("settle", world.core.settle(world.clock.now() + 5s));
  world.clock.advance(400ms);
  EXPECT_EQ(settling.size(), 1U);
  world.clock.advance(2s);
  EXPECT_EQ(settling.size(), 0U);
  EXPECT_EQ(session.tokens()->generation, 2U);
}

}  // namespace
}  // namespace wardend::test

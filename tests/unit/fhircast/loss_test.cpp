// What a loss of the channel means, and how it is found.
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;

// Item 80.
TEST(Loss, IsUnknownAtOnceAndComesBackOnANewEndpoint) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  world.fake.socket().cut();
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  world.clock.advance(2s);
  EXPECT_EQ(world.state(), "following");
  ASSERT_EQ(world.fake.sockets.size(), 2U);
  EXPECT_EQ(world.fake.requests.back().form.count("hub.channel.endpoint"), 0U);
  EXPECT_EQ(HubWorld::shown(session), "unknown") << "until the hub tells again, or keeps quiet";
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "p9");
}

TEST(Loss, OfASilentSocketIsFoundWithinAMinute) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.clock.advance(5min);
  EXPECT_EQ(world.fake.sockets.size(), 1U);
  EXPECT_GE(world.fake.socket().pings, 9U);
  world.fake.answers_pings = false;
  world.fake.down = true;
  world.clock.advance(60s);
  EXPECT_EQ(world.fake.alive(), 0U);
  EXPECT_EQ(HubWorld::shown(session), "unknown");
}

TEST(Loss, IsNoLossWhileTheHubSpeaksWithoutAnsweringPings) {
  HubWorld world;
  world.follow("s1");
  world.fake.answers_pings = false;
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(25s);
    world.fake.tell(world.fake.socket(), "e" + std::to_string(i), "heartbeat");
  }
  EXPECT_EQ(world.fake.sockets.size(), 1U);
}

TEST(Loss, LongerThanLossGraceClears) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.down = true;
  world.fake.socket().cut();
  world.clock.advance(59s);
  EXPECT_EQ(session.cleared(), nullptr);
  world.clock.advance(2s);
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::fhircast_lost);
  EXPECT_EQ(world.audited("channel_lost")->reason, "clear");
}

TEST(Loss, LongerThanLossGraceIsOnlyToldWherePolicySaysSo) {
  HubWorld world;
  world.server().fhircast.on_loss = config::OnLoss::degrade;
  auto& session = world.follow("s1");
  world.fake.down = true;
  world.fake.socket().cut();
  world.clock.advance(1h);
  EXPECT_EQ(session.cleared(), nullptr);
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.count_audited("channel_lost"), 1U);
}

TEST(Loss, EndsWithTheNextConfirmation) {
  HubWorld world;
  auto& session = world.follow("s1");
  for (int i = 0; i < 5; ++i) {
    world.fake.down = true;
    world.fake.socket().cut();
    world.clock.advance(45s);
    world.fake.down = false;
    world.clock.advance(100s);
    ASSERT_EQ(world.state(), "following") << i;
  }
  EXPECT_EQ(session.cleared(), nullptr);
}

TEST(Loss, CountsForAHubThatRefusesAfterItWasFollowed) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.status = 401;
  world.fake.socket().cut();
  world.clock.advance(30s);
  EXPECT_EQ(world.state(), "stopped");
  world.clock.advance(40s);
  EXPECT_NE(session.cleared(), nullptr);
}

TEST(Loss, CountsFromARestartOn) {
  HubWorld before;
  before.follow("s1");
  before.vault.beat(before.clock.now());
  HubWorld after(before.vault);
  after.fake.down = true;
  after.clock.advance(before.clock.now() - after.clock.now());
  after.restorer.read();
  after.clock.advance(59s);
  ASSERT_NE(after.store.find("s1"), nullptr);
  EXPECT_EQ(after.store.find("s1")->cleared(), nullptr);
  after.clock.advance(2s);
  EXPECT_NE(after.store.find("s1")->cleared(), nullptr);
}

TEST(Loss, IsAssumedAfterASleep) {
  HubWorld world;
  auto& session = world.follow("s1");
  const auto socket = world.fake.sockets.front();
  world.follower.interrupted();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_FALSE(socket->alive);
  world.clock.advance(5s);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(world.fake.sockets.size(), 2U);
}

TEST(Loss, OfASocketThatFallsOverAndOverIsMetWithPatience) {
  HubWorld world;
  world.server().fhircast.on_loss = config::OnLoss::degrade;
  world.follow("s1");
  for (int i = 0; i < 600; ++i) {
    if (world.fake.alive() > 0) world.fake.socket().cut();
    world.clock.advance(1s);
  }
  EXPECT_LT(world.fake.requests.size(), 65U) << "a sixth of loss_grace apart";
}

TEST(Loss, NeverKeepsAClearWaiting) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.latency = 1h;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_NE(session.cleared(), nullptr);
  world.clock.settle();
  EXPECT_TRUE(world.follower.status().empty());
}

}  // namespace
}  // namespace wardend

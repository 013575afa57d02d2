// Leases, and the tokens that they end with.
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;
using testing::HasSubstr;

// Item 81.
TEST(Renewal, FollowsEveryRefreshOnTheSameEndpoint) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  world.refresher.start_now(session);
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 2U);
  EXPECT_EQ(world.fake.requests[1].form.at("hub.mode"), "subscribe");
  EXPECT_THAT(world.fake.requests[1].form.at("hub.channel.endpoint"), HasSubstr("/ws/1"));
  EXPECT_EQ(world.fake.requests[1].authorization, "Bearer at-s1.2");
  EXPECT_EQ(world.fake.sockets.size(), 1U);
  EXPECT_EQ(HubWorld::shown(session), "p9") << "a renewal forgets nothing";
}

TEST(Renewal, LastsAShiftOnOneSocket) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.clock.advance(8h);
  EXPECT_EQ(world.fake.sockets.size(), 1U);
  EXPECT_EQ(world.fake.alive(), 1U);
  EXPECT_GT(world.fake.requests.size(), 8U);
  EXPECT_LT(world.fake.requests.size(), 30U);
  EXPECT_EQ(HubWorld::shown(session), "nobody");
}

TEST(Renewal, ComesAtFourFifthsOfALeaseThatIsShorterThanTheToken) {
  HubWorld world;
  world.fake.lease = "100";
  world.follow("s1");
  world.clock.advance(70s);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  world.clock.advance(10s);
  EXPECT_EQ(world.fake.requests.size(), 2U);
  world.clock.advance(10min);
  EXPECT_EQ(world.fake.sockets.size(), 1U);
}

TEST(Renewal, AsksWithAnotherSessionsTokenWhenTheOneItAskedWithHasGone) {
  HubWorld world;
  world.follow("s1");
  world.launch("s2");
  world.clearing.clear_session(*world.store.find("s1"), {ClearReason::ended_by_app, ""});
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 2U);
  EXPECT_EQ(world.fake.requests[1].authorization, "Bearer at-s2.1");
  EXPECT_EQ(world.fake.sockets.size(), 1U);
}

TEST(Renewal, IsTriedAgainWhileTheLeaseLasts) {
  HubWorld world;
  world.fake.lease = "100";
  world.follow("s1");
  world.fake.statuses = {503, 503};
  world.clock.advance(2min);
  EXPECT_EQ(world.fake.sockets.size(), 1U);
  EXPECT_EQ(world.state(), "following");
}

TEST(Renewal, ThatFailsToTheEndOfTheLeaseIsALoss) {
  HubWorld world;
  world.fake.lease = "100";
  auto& session = world.follow("s1");
  world.fake.status = 503;
  world.clock.advance(94s);
  EXPECT_EQ(world.state(), "following");
  world.clock.advance(2s);
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.fake.alive(), 0U);
}

TEST(Renewal, ThatIsNotConfirmedIsAskedForAgain) {
  HubWorld world;
  world.fake.lease = "200";
  world.follow("s1");
  world.fake.confirms = false;
  world.clock.advance(160s);
  world.fake.confirms = true;
  world.clock.advance(30s);
  EXPECT_EQ(world.fake.requests.size(), 3U);
  world.clock.advance(1min);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(world.fake.sockets.size(), 1U);
}

TEST(Renewal, WithAnotherEndpointMovesThere) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.moves = true;
  world.refresher.start_now(session);
  world.clock.advance(5s);
  EXPECT_EQ(world.fake.sockets.size(), 2U);
  EXPECT_EQ(world.fake.alive(), 1U);
  EXPECT_EQ(world.state(), "following");
}

TEST(Renewal, OfAnEndpointThatIsGoneAsksAnewAndOnlyThenBelievesInALogout) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.statuses = {404};
  world.refresher.start_now(session);
  world.clock.advance(5s);
  EXPECT_EQ(session.cleared(), nullptr);
  EXPECT_EQ(world.state(), "following");
  world.fake.status = 404;
  world.clock.advance(60s);
  world.refresher.start_now(session);
  world.clock.advance(5s);
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::fhircast_logout);
}

TEST(Renewal, NeedsNoLeaseToFollowARefresh) {
  HubWorld world;
  world.fake.lease = "";
  auto& session = world.follow("s1");
  world.clock.advance(20min);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  world.refresher.start_now(session);
  world.clock.advance(1s);
  EXPECT_EQ(world.fake.requests.size(), 2U);
}

TEST(Renewal, TakesADenialAtTheEndOfTheLeaseForThatEnd) {
  HubWorld world;
  world.fake.lease = "10";
  world.follow("s1");
  world.fake.status = 503;
  world.clock.advance(4500ms);
  world.fake.deny(world.fake.socket(), "lease expired");
  world.clock.settle();
  world.fake.status = 202;
  world.clock.advance(5s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 0U);
  EXPECT_EQ(world.state(), "following");
}

}  // namespace
}  // namespace wardend

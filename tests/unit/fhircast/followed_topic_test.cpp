// From a topic to a subscription that stands: what is asked, what is granted, what is refused.
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Subscription, AsksWithTheSessionsTokenForEverythingThatCounts) {
  HubWorld world;
  world.launch("s1");
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 1U);
  const FakeHub::Request& request = world.fake.requests.front();
  EXPECT_EQ(request.url, HubWorld::hub_url);
  EXPECT_EQ(request.authorization, "Bearer at-s1.1");
  EXPECT_EQ(request.form.at("hub.mode"), "subscribe");
  EXPECT_EQ(request.form.at("hub.topic"), "t1");
  EXPECT_EQ(request.form.at("hub.channel.type"), "websocket");
  EXPECT_EQ(request.form.at("subscriber.name"), "wardend on ws-1");
  EXPECT_THAT(request.form.at("hub.events"), HasSubstr("UserLogout"));
  EXPECT_EQ(request.form.count("hub.channel.endpoint"), 0U);
}

TEST(Subscription, IsUnknownUntilTheHubHasConfirmedAndKeptQuiet) {
  HubWorld world;
  world.fake.confirms = false;
  auto& session = world.launch("s1");
  world.clock.advance(5s);
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.state(), "connecting");
  world.fake.confirm(world.fake.socket());
  world.clock.advance(2900ms);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  world.clock.advance(200ms);
  EXPECT_EQ(HubWorld::shown(session), "nobody");
}

TEST(Subscription, TakesTheReplayOfWhatIsOpenForTheTruth) {
  HubWorld world;
  auto& session = world.launch("s1");
  world.clock.advance(1s);
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p4"), "", "2020-01-01T00:00:00Z");
  world.clock.advance(60s);
  EXPECT_EQ(HubWorld::shown(session), "p4");
}

TEST(Subscription, GivesUpASocketThatIsNotConfirmedWithinTenSeconds) {
  HubWorld world;
  world.fake.confirms = false;
  world.launch("s1");
  world.clock.advance(9s);
  ASSERT_EQ(world.fake.alive(), 1U);
  world.clock.advance(2s);
  EXPECT_EQ(world.fake.alive(), 0U);
  EXPECT_EQ(world.trouble(), "no_confirmation");
  world.fake.confirms = true;
  world.clock.advance(5s);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(world.fake.sockets.size(), 2U);
}

// Item 84.
TEST(Subscription, LeavesASessionAloneWhoseHubIsDown) {
  HubWorld world;
  world.fake.down = true;
  auto& session = world.launch("s1");
  world.clock.advance(10min);
  EXPECT_EQ(session.state(), session::State::active);
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.state(), "waiting");
  EXPECT_EQ(world.trouble(), "unreachable");
  world.fake.down = false;
  world.clock.advance(91s);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(world.trouble(), "");
}

TEST(Subscription, ComesBackToAHubThatIsDownLessAndLessOften) {
  HubWorld world;
  world.fake.status = 503;
  world.launch("s1");
  world.clock.advance(10min);
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < world.fake.requests.size(); ++i)
    gaps.push_back(world.fake.requests[i].at - world.fake.requests[i - 1].at);
  ASSERT_GT(gaps.size(), 8U);
  ASSERT_LT(gaps.size(), 20U);
  EXPECT_GE(gaps[0], 1s);
  EXPECT_GE(gaps[4], 16s);
  for (const Duration gap : gaps) EXPECT_LT(gap, 91s);
  EXPECT_GE(gaps.back(), 60s);
}

TEST(Subscription, WaitsAsLongAsTheHubAsksFor) {
  HubWorld world;
  world.fake.status = 503;
  world.fake.retry_after = "300";
  world.launch("s1");
  world.clock.advance(299s);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  world.clock.advance(2s);
  EXPECT_EQ(world.fake.requests.size(), 2U);
}

// Item 82.
TEST(Subscription, RefreshesOnceWhenItIsRefusedAndThenStopsUntilTheNextLaunch) {
  HubWorld world;
  world.fake.status = 401;
  world.launch("s1");
  world.clock.advance(20min);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  ASSERT_EQ(world.fake.requests.size(), 2U);
  EXPECT_EQ(world.fake.requests[1].authorization, "Bearer at-s1.2");
  EXPECT_EQ(world.state(), "stopped");
  EXPECT_EQ(world.trouble(), "http_401");
  world.fake.status = 202;
  world.launch("s2");
  world.clock.advance(5s);
  EXPECT_EQ(world.state(), "following");
}

TEST(Subscription, StopsAtOnceWhereNoTokenCanBeRefreshed) {
  HubWorld world;
  world.fake.status = 403;
  world.shape_tokens = [](session::Tokens& tokens) { tokens.refresh = Secret(); };
  auto& session = world.begin("s1");
  session.hub = oauth::HubOffer{.url = HubWorld::hub_url, .topic = Secret("t1")};
  world.publish(events::EventKind::session_started, session);
  world.clock.advance(10min);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  EXPECT_EQ(world.state(), "stopped");
}

TEST(Subscription, TakesADenialLikeARefusal) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  world.fake.deny(world.fake.socket());
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  world.clock.advance(2s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  EXPECT_EQ(world.state(), "following");
  world.fake.deny(world.fake.socket());
  world.clock.advance(30s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U) << "not a second time so soon";
  EXPECT_EQ(world.state(), "stopped");
  EXPECT_EQ(world.audited("subscription_ended")->detail, "session ended");
}

TEST(Subscription, StopsForATopicThatNeverWas) {
  HubWorld world;
  world.fake.status = 404;
  auto& session = world.launch("s1");
  world.clock.advance(10min);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  EXPECT_EQ(world.state(), "stopped");
  EXPECT_EQ(session.cleared(), nullptr);
}

TEST(Subscription, TakesATopicThatIsGoneForALogout) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.status = 410;
  world.fake.socket().cut();
  world.clock.advance(5s);
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::fhircast_logout);
}

TEST(Subscription, RefreshesATokenThatIsAboutToEndBeforeItAsks) {
  HubWorld world;
  world.shape_tokens = [&](session::Tokens& tokens) {
    tokens.obtained_at = world.clock.now() - 1h;
    tokens.expires_at = world.clock.now() + 40s;
  };
  auto& session = world.begin("s1");
  session.hub = oauth::HubOffer{.url = HubWorld::hub_url, .topic = Secret("t1")};
  world.publish(events::EventKind::session_started, session);
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 1U);
  EXPECT_EQ(world.fake.requests.front().authorization, "Bearer at-s1.2");
}

TEST(Subscription, AbandonsAQuestionWhoseSessionIsCleared) {
  HubWorld world;
  world.fake.latency = 5s;
  world.launch("s1");
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 1U);
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  world.clock.settle();
  EXPECT_TRUE(world.follower.status().empty());
  world.clock.advance(1min);
  EXPECT_EQ(world.fake.requests.size(), 1U);
  EXPECT_TRUE(world.fake.sockets.empty());
}

TEST(Subscription, AsksWithAnotherSessionsTokenWhenTheFirstIsCleared) {
  HubWorld world;
  world.logind.add("c2", 1001);
  world.fake.latency = 5s;
  world.launch("s1");
  world.launch("s2", "t1", "c2");
  world.clock.advance(1s);
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  world.clock.advance(1s);
  ASSERT_EQ(world.fake.requests.size(), 2U);
  EXPECT_EQ(world.fake.requests[1].authorization, "Bearer at-s2.1");
}

TEST(Subscription, SaysThatAHubDoesNotTellOfLocks) {
  HubWorld world;
  world.fake.granted = "Patient-open,Patient-close,UserLogout";
  world.follow("s1");
  EXPECT_EQ(world.follower.status().front().tells_of_locks, false);
  EXPECT_EQ(world.audited("subscribed")->reason, "no_lock_signal");
}

TEST(Subscription, IsInDoubtAfterASyncErrorUntilTheNextOpen) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.fake.tell(world.fake.socket(), "e2", "SyncError");
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.count_audited("sync_error"), 1U);
  world.fake.tell(world.fake.socket(), "e3", "Patient-open", FakeHub::patient("p5"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "p5");
}

TEST(Subscription, IsInDoubtAboutWhatItCannotRead) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  world.fake.socket().say("{\"event\":");
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_EQ(world.state(), "following");
}

TEST(Subscription, RefusesAnOpenThatContradictsItself) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(
      world.fake.socket(), "e1", "Encounter-open",
      FakeHub::patient("p1") +
          R"(,{"key":"encounter","resource":{"resourceType":"Encounter","id":"v1","subject":{"reference":"Patient/p2"}}})");
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_THAT(world.fake.socket().from_us, ElementsAre(R"({"id":"e1","status":202})"));
  ASSERT_NE(world.audited("doubtful"), nullptr);
  EXPECT_EQ(world.audited("doubtful")->detail, "other_subject");
}

}  // namespace
}  // namespace wardend

// Who follows what, and what comes of it for sessions.
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Follower, SubscribesOnceForAllAppsAndLoginSessionsWithATopic) {
  HubWorld world;
  world.logind.add("c2", 1001);
  world.follow("s1");
  world.launch("s2");
  world.launch("s3", "t1", "c2");
  world.clock.advance(5s);
  EXPECT_EQ(world.fake.asked("subscribe"), 1U);
  ASSERT_EQ(world.follower.status().size(), 1U);
  EXPECT_EQ(world.follower.status().front().sessions, 3U);
  world.launch("s4", "t2");
  world.clock.advance(5s);
  EXPECT_EQ(world.fake.asked("subscribe"), 2U);
  EXPECT_EQ(world.follower.status().size(), 2U);
}

TEST(Follower, FollowsNothingWhereItIsSwitchedOff) {
  HubWorld world;
  world.server().fhircast.enabled = false;
  const auto& session = world.launch("s1");
  world.clock.advance(60s);
  EXPECT_EQ(world.fake.requests.size(), 0U);
  EXPECT_EQ(HubWorld::shown(session), "");
}

// Item 83 of the acceptance list.
TEST(Follower, IgnoresAHubOnAForeignHostAndSaysSoOnce) {
  HubWorld world;
  auto& session = world.launch("s1", "t1", "c1", "https://hub.attacker.example/hub");
  world.publish(events::EventKind::token_refreshed, session);
  world.clock.advance(60s);
  EXPECT_EQ(world.fake.requests.size(), 0U) << "the token must not go there";
  EXPECT_EQ(HubWorld::shown(session), "");
  ASSERT_EQ(world.count_audited("hub_refused"), 1U);
  EXPECT_EQ(world.audited("hub_refused")->outcome, "denied");
  EXPECT_EQ(world.audited("hub_refused")->reason, "foreign_host");
  world.server().fhircast.allowed_hosts = {"hub.attacker.example"};
  world.follower.reconfigured();
  world.clock.advance(1s);
  EXPECT_EQ(world.fake.asked("subscribe"), 1U);
}

TEST(Follower, TellsSessionsWhatTheEhrShowsAndLeavesTheTokensPatientAlone) {
  HubWorld world;
  events::EventHub::Subscription events(world.hub);
  auto& session = world.follow("s1");
  EXPECT_EQ(HubWorld::shown(session), "nobody") << "nothing came within three quiet seconds";
  events.queue.clear();
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "p9");
  EXPECT_EQ(session.context.patient, "p1");
  ASSERT_EQ(events.queue.size(), 1U);
  EXPECT_EQ(events.queue.front().kind, events::EventKind::context_changed);
  EXPECT_EQ(events.queue.front().session, "s1");
  world.fake.tell(world.fake.socket(), "e2", "Patient-close", FakeHub::patient("p9"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "nobody");
  EXPECT_THAT(world.fake.socket().from_us, ElementsAre(R"({"id":"e1","status":200})", R"({"id":"e2","status":200})"));
}

TEST(Follower, ShowsASecondSessionWhatTheFirstOneSees) {
  HubWorld world;
  world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(world.launch("s2")), "p9");
}

TEST(Follower, ClearsEveryHolderOfTheTopicBeforeItAnswersALogout) {
  HubWorld world;
  world.logind.add("c2", 1001);
  world.logind.add("c3", 1002);
  auto& first = world.follow("s1");
  auto& second = world.launch("s2", "t1", "c2");
  auto& other = world.launch("s3", "t3", "c3");
  world.clock.advance(5s);
  std::size_t answers_at_clear = 99;
  const auto socket = world.fake.sockets.front();
  world.audit.heard = [&](const AuditRecord& record) {
    if (record.kind == AuditKind::clear) answers_at_clear = socket->from_us.size();
  };
  world.fake.tell(*socket, "e1", "userLogout", "", "", "1999-01-01T00:00:00Z");
  world.clock.advance(1s);
  ASSERT_NE(first.cleared(), nullptr);
  EXPECT_EQ(first.cleared()->reason, ClearReason::fhircast_logout);
  EXPECT_NE(second.cleared(), nullptr);
  EXPECT_EQ(other.cleared(), nullptr);
  EXPECT_EQ(answers_at_clear, 0U) << "cleared first, answered then";
  EXPECT_THAT(socket->from_us, ElementsAre(R"({"id":"e1","status":200})"));
  EXPECT_TRUE(socket->finished);
  EXPECT_TRUE(world.workstation.is_held("c1"));
  EXPECT_EQ(world.clearing.locks().last()->source, "fhircast");
  EXPECT_EQ(world.clearing.last_clear()->reason, ClearReason::fhircast_logout);
}

TEST(Follower, ClearsForHibernationToo) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "UserHibernate");
  world.clock.settle();
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::fhircast_hibernate);
  EXPECT_NE(world.audited("user_hibernate"), nullptr);
}

TEST(Follower, IgnoresALogoutOfAnotherTopicAndAuditsIt) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.tell(world.fake.socket(), "e1", "UserLogout", "", "somebody-else");
  world.clock.settle();
  EXPECT_EQ(session.cleared(), nullptr);
  ASSERT_NE(world.audited("other_topic"), nullptr);
  EXPECT_EQ(world.audited("other_topic")->reason, "user_logout");
}

TEST(Follower, ClosesTheSocketAsFinishedAfterALockAndSendsNoToken) {
  HubWorld world;
  auto& session = world.follow("s1");
  const auto socket = world.fake.sockets.front();
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(session.hub, std::nullopt);
  world.clock.advance(1s);
  EXPECT_TRUE(socket->finished);
  EXPECT_EQ(world.fake.asked("unsubscribe"), 0U);
  EXPECT_TRUE(world.follower.status().empty());
}

TEST(Follower, PostsNothingForTheLastSessionThatItsAppEnds) {
  HubWorld world;
  world.follow("s1");
  auto& second = world.launch("s2");
  const auto socket = world.fake.sockets.front();
  world.clearing.clear_session(*world.store.find("s1"), {ClearReason::ended_by_app, ""});
  world.clock.advance(5s);
  EXPECT_FALSE(socket->finished) << "the other session holds the topic still";
  world.clearing.clear_session(second, {ClearReason::ended_by_app, ""});
  world.clock.advance(5s);
  EXPECT_EQ(world.fake.asked("unsubscribe"), 0U) << "its token is wiped";
  EXPECT_TRUE(socket->finished);
}

TEST(Follower, AsksAnewForATopicWhoseLastSessionHasJustGone) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  world.launch("s2");
  world.clock.advance(5s);
  EXPECT_EQ(world.fake.asked("subscribe"), 2U);
  EXPECT_EQ(world.state(), "following");
  EXPECT_EQ(world.fake.alive(), 1U);
}

TEST(Follower, LetsGoOfASessionThatCanNoLongerBeRenewed) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.ehr.token_faults.push_back(test::FakeEhr::Fault::invalid_grant);
  world.refresher.start_now(session);
  world.clock.advance(1s);
  ASSERT_EQ(session.state(), session::State::reauthentication_required);
  EXPECT_EQ(HubWorld::shown(session), "");
  EXPECT_TRUE(world.fake.sockets.front()->finished);
  EXPECT_EQ(session.cleared(), nullptr);
}

TEST(Follower, FollowsATopicThatARefreshBringsInstead) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.ehr.extra_members = R"(,"hub.url":"https://ehr.example.org/hub","hub.topic":"t2")";
  world.refresher.start_now(session);
  world.clock.advance(5s);
  EXPECT_TRUE(world.fake.sockets.front()->finished);
  EXPECT_EQ(world.fake.socket().topic, "t2");
  EXPECT_EQ(world.state(), "following");
}

TEST(Follower, SubscribesAgainAfterARestartOfTheService) {
  HubWorld before;
  before.follow("s1");
  EXPECT_TRUE(before.vault.holds("t1"));
  before.vault.beat(before.clock.now());
  HubWorld after(before.vault);
  after.clock.advance(before.clock.now() - after.clock.now());
  after.restorer.read();
  after.clock.advance(5s);
  ASSERT_NE(after.store.find("s1"), nullptr);
  EXPECT_EQ(after.state(), "following");
  EXPECT_EQ(HubWorld::shown(*after.store.find("s1")), "nobody");
}

TEST(Follower, HeedsAConfigurationThatSwitchesItOffAndOn) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.server().fhircast.enabled = false;
  world.follower.reconfigured();
  world.clock.advance(5s);
  EXPECT_TRUE(world.fake.sockets.front()->finished);
  EXPECT_EQ(HubWorld::shown(session), "");
  EXPECT_TRUE(world.follower.status().empty());
  world.server().fhircast.enabled = true;
  world.follower.reconfigured();
  world.clock.advance(5s);
  EXPECT_EQ(world.state(), "following");
}

TEST(Follower, SeesEverySessionThoughMoreBeginAtOnceThanItsQueueHolds) {
  HubWorld world;
  for (int i = 0; i < 400; ++i) {
    auto& session = world.begin("s" + std::to_string(i));
    session.hub = oauth::HubOffer{.url = HubWorld::hub_url, .topic = Secret("t1")};
    world.hub.publish({.kind = events::EventKind::session_started,
                       .session = session.id,
                       .app = "vitals",
                       .server = "ehr",
                       .epoch = session.epoch});
  }
  world.clock.advance(5s);
  ASSERT_EQ(world.follower.status().size(), 1U);
  EXPECT_EQ(world.follower.status().front().sessions, 400U);
}

TEST(Follower, WritesNeitherTopicNorEndpointNorTokenIntoTheTrail) {
  HubWorld world;
  auto& session = world.follow("s1", "topic-of-the-user");
  world.fake.tell(world.fake.socket(), "e1", "SyncError");
  world.fake.deny(world.fake.socket(), "gone");
  world.clock.advance(5s);
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  world.clock.advance(5s);
  EXPECT_GT(world.audit.count(AuditKind::fhircast), 2U);
  for (const AuditRecord& record : world.audit.records)
    for (const std::string& text : {record.action, record.reason, record.detail, record.session}) {
      EXPECT_THAT(text, Not(HasSubstr("topic-of-the-user")));
      EXPECT_THAT(text, Not(HasSubstr("/ws/")));
      EXPECT_THAT(text, Not(HasSubstr("at-s1")));
    }
}

}  // namespace
}  // namespace wardend

// A process dies and the next one begins: what comes back, and what must not.
#include "daemon/lifecycle/restorer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend::test {
namespace {

using session::State;
using workstation::Presence;

class AfterACrash : public ::testing::Test {
 protected:
  AfterACrash() : before(std::make_unique<World>()) {
    before->tasks.spawn("beat", before->session_vault.beat());
    before->clock.settle();
  }
  ~AfterACrash() override { after.reset(); }

  // The process dies now; after `away` the next one reads the vault.
  World& crash(Duration away = 500ms) {
    const BootTime died = before->clock.now();
    after = std::make_unique<World>(before->vault);
    after->clock.advance(died + away - after->clock.now());
    for (const auto& [id, change] : meanwhile) change(after->logind.at(id));
    after->logind.is_live = live;
    after->restorer.read();
    after->tasks.spawn("restorer", after->restorer.run());
    after->clock.settle();
    return *after;
  }
  void between(const std::string& login_session, std::function<void(LoginSession&)> change) {
    meanwhile.emplace_back(login_session, std::move(change));
  }

  std::unique_ptr<World> before;
  std::unique_ptr<World> after;
  bool live = true;
  std::vector<std::pair<std::string, std::function<void(LoginSession&)>>> meanwhile;
};

TEST_F(AfterACrash, ASessionServesOnWithTheSameToken) {
  before->begin("a");
  before->clock.advance(10s);
  World& now = crash();
  const session::Session* session = now.store.find("a");
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->tokens()->access.reveal(), "at-a.1");
  EXPECT_EQ(session->epoch, now.workstation.enter("c1")) << "connections made now are of its epoch";
  const auto answered = now.ask_now("a", session->epoch);
  ASSERT_TRUE(answered && answered->has_value());
  EXPECT_NEAR(std::chrono::duration<double>(**answered).count(), 289.5, 0.1) << "time went on meanwhile";
}

TEST_F(AfterACrash, WhoeverWatchesIsToldOfWhatCameBack) {
  session::Session& session = before->begin("a");
  session.hub = oauth::HubOffer{.url = "https://ehr.example.org/hub", .topic = Secret("t-1")};
  before->session_vault.keep(session);
  live = false;
  World& now = crash();
  events::EventHub::Subscription events(now.hub);
  now.logind.is_live = true;
  now.restorer.sources_read();
  now.clock.settle();
  ASSERT_EQ(events.queue.size(), 1U);
  EXPECT_EQ(events.queue.front().kind, events::EventKind::session_started);
  EXPECT_EQ(events.queue.front().session, "a");
  EXPECT_EQ(events.queue.front().reason, "restart");
  EXPECT_EQ(now.store.find("a")->hub->topic.reveal(), "t-1");
}

TEST_F(AfterACrash, TheScheduleGoesOnAsPlanned) {
  const auto planned = before->begin("a").plan().due;
  World& now = crash();
  EXPECT_EQ(now.store.find("a")->plan().due, planned);
  now.clock.advance(planned - now.clock.now() + 1s);
  EXPECT_EQ(now.store.find("a")->tokens()->access.reveal(), "at-a.2");
  EXPECT_TRUE(now.vault.holds("at-a.2"));
}

TEST_F(AfterACrash, WhoeverWasBlindTooLongClearsAndRevokes) {
  before->begin("a");
  before->clock.advance(10s);
  World& now = crash(2500ms);
  EXPECT_EQ(now.store.find("a")->cleared()->reason, ClearReason::restart);
  EXPECT_EQ(now.workstation.presence("c1"), Presence::held);
  now.clock.advance(1s);
  EXPECT_TRUE(now.ehr.revoked.contains("a.1"));
  EXPECT_FALSE(now.vault.holds("a.1"));
}

TEST_F(AfterACrash, AHungProcessCountsFromItsLastBeat) {
  before->begin("a");
  // The loop stands still from here on: no beat is given.
  before->tasks.cancel();
  before->clock.settle();
  before->clock.advance(20s);
  EXPECT_EQ(crash(300ms).store.find("a")->cleared()->reason, ClearReason::restart);
}

TEST_F(AfterACrash, ALockedWorkstationGetsNothingBack) {
  before->begin("a");
  between("c1", [](LoginSession& session) { session.locked = true; });
  World& now = crash();
  EXPECT_EQ(now.store.find("a")->cleared()->reason, ClearReason::os_lock);
  EXPECT_EQ(now.workstation.presence("c1"), Presence::locked);
}

TEST_F(AfterACrash, ALoginSessionThatIsGoneGetsNothingBack) {
  before->begin("a");
  between("c1", [](LoginSession& session) { session.id = "c9"; });
  EXPECT_EQ(crash().store.find("a")->cleared()->reason, ClearReason::session_removed);
}

TEST_F(AfterACrash, ALoginSessionThatHasChangedHandsGetsNothingBack) {
  before->begin("a");
  between("c1", [](LoginSession& session) { session.seat = "seat1"; });
  EXPECT_EQ(crash().store.find("a")->cleared()->reason, ClearReason::session_removed);
}

TEST_F(AfterACrash, NothingThatWasClearedComesBack) {
  before->begin("a");
  before->clearing.clear_login_session("c1", {ClearReason::ehr_lock, "test"});
  World& now = crash();
  EXPECT_EQ(now.store.size(), 0U);
  EXPECT_EQ(now.workstation.presence("c1"), Presence::held) << "and nobody is taken to be there";
  EXPECT_EQ(now.workstation.last_clear("c1")->reason, ClearReason::ehr_lock);
  EXPECT_FALSE(now.vault.holds("at-a"));
}

TEST_F(AfterACrash, ASessionWhoseEpochHadEndedIsRevokedAndTold) {
  const auto& session = before->begin("a");
  // Dies between the end of the epoch and the wipe of its sessions.
  static_cast<void>(before->workstation.end_epoch("c1", ClearReason::os_lock));
  before->session_vault.keep_login_session(session.login_session);
  World& now = crash();
  EXPECT_EQ(now.store.find("a"), nullptr);
  ASSERT_EQ(now.audit.count(AuditKind::session_end), 1U) << "the process before had not come to tell it";
  const auto end = std::ranges::find(now.audit.records, AuditKind::session_end, &AuditRecord::kind);
  EXPECT_EQ(end->session, "a");
  EXPECT_EQ(end->patient, "p1");
  now.clock.advance(1s);
  EXPECT_TRUE(now.ehr.revoked.contains("a.1"));
  EXPECT_FALSE(now.vault.holds("at-a"));
}

TEST_F(AfterACrash, ARefreshThatWasUnderWayCountsAsSentAndUnanswered) {
  session::Session& session = before->begin("a");
  before->ehr.latency = 5s;
  before->clock.advance(session.plan().due - before->clock.now() + 6s);  // discovery first
  ASSERT_EQ(session.state(), State::refreshing);
  World& now = crash();
  const session::Session* back = now.store.find("a");
  EXPECT_EQ(back->state(), State::active);
  EXPECT_EQ(back->plan().phase, session::RefreshPlan::Phase::unanswered);
  EXPECT_EQ(back->plan().due, back->tokens()->expires_at - 30s) << "not repeated before it must be";
  now.clock.advance(back->plan().due - now.clock.now() - 1s);
  EXPECT_TRUE(now.ehr.refresh_requests.empty());
  now.clock.advance(2s);
  EXPECT_EQ(now.ehr.refresh_requests.size(), 1U);
}

TEST_F(AfterACrash, WaitsForTheLockSourcesBeforeAnythingComesBack) {
  before->begin("a");
  live = false;
  World& now = crash();
  EXPECT_EQ(now.store.find("a"), nullptr);
  EXPECT_EQ(now.restorer.waiting(), 1U);
  now.logind.is_live = true;
  now.workstation.read_picture({});
  now.restorer.sources_read();
  now.clock.settle();
  EXPECT_NE(now.store.find("a"), nullptr);
  EXPECT_EQ(now.store.find("a")->state(), State::active);
}

TEST_F(AfterACrash, ALockSourceThatStaysAwayClearsAfterTheGrace) {
  before->begin("a");
  live = false;
  World& now = crash();
  now.clock.advance(2s);
  ASSERT_NE(now.store.find("a"), nullptr);
  EXPECT_EQ(now.store.find("a")->cleared()->reason, ClearReason::restart);
  EXPECT_EQ(now.restorer.waiting(), 0U);
}

TEST_F(AfterACrash, OtherTermsEndASession) {
  before->begin("a");
  before->store.find("a")->terms = "other scopes";
  before->session_vault.keep(*before->store.find("a"));
  EXPECT_EQ(crash().store.find("a")->cleared()->reason, ClearReason::reconfigured);
}

TEST_F(AfterACrash, IdleTimeIsCountedFromTheLastTokenAskedFor) {
  before->settings->apps.front().session.idle_timeout = std::chrono::minutes(10);
  session::Session& session = before->begin("a");
  before->clock.advance(9min);
  session.last_used = before->clock.now();
  before->session_vault.used(session);
  World& now = crash();
  now.settings->apps.front().session.idle_timeout = std::chrono::minutes(10);
  EXPECT_EQ(now.store.find("a")->last_used, session.last_used);
}

TEST_F(AfterACrash, WhatCannotBeReadIsDropped) {
  before->begin("a");
  static_cast<void>(before->vault.put(0, Vault::Kind::session, "no record"));
  static_cast<void>(before->vault.put(0, Vault::Kind::login_session, "no record"));
  World& now = crash();
  EXPECT_NE(now.store.find("a"), nullptr);
  EXPECT_FALSE(now.vault.holds("no record"));
}

TEST_F(AfterACrash, ASecondCrashFindsTheSame) {
  before->begin("a");
  World& second = crash();
  second.tasks.spawn("beat", second.session_vault.beat());
  second.clock.advance(10s);
  World third(second.vault);
  third.clock.advance(second.clock.now() + 500ms - third.clock.now());
  third.restorer.read();
  ASSERT_NE(third.store.find("a"), nullptr);
  EXPECT_EQ(third.store.find("a")->state(), State::active);
}

TEST(SessionVault, ARefreshWritesItsOwnRecordAndNoOther) {
  World world;
  for (int i = 0; i < 50; ++i) world.begin("s" + std::to_string(i));
  session::Session& one = *world.store.find("s7");
  for (session::Session* session : world.store.all()) world.store.schedule(*session, BootTime::max());
  ASSERT_TRUE(world.refresher.start_now(*world.store.find("s6")));  // discovery keeps the server's endpoints
  world.clock.advance(1s);
  const auto writes = world.vault.writes();
  ASSERT_TRUE(world.refresher.start_now(one));
  world.clock.advance(1s);
  EXPECT_EQ(one.tokens()->access.reveal(), "at-s7.2");
  EXPECT_EQ(world.vault.writes() - writes, 2U) << "the intent and the new tokens";
}

TEST(SessionVault, ASessionLivesOnWithoutRoomInTheVault) {
  World world;
  world.vault.room = 1;
  session::Session& session = world.begin("a");
  EXPECT_EQ(session.kept, 0U);
  EXPECT_TRUE(world.ask_now("a", session.epoch)->has_value());
}

}  // namespace
}  // namespace wardend::test

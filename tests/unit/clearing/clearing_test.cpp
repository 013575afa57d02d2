#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::World;

TEST(Clearing, ALockEndsTheEpochAndRevokesInTheBackground) {
  World world;
  session::Session& session = world.begin("s");
  events::EventHub::Subscription watcher(world.hub);
  const auto epoch = session.epoch;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_FALSE(world.workstation.running(epoch));
  EXPECT_EQ(session.state(), State::cleared);
  EXPECT_TRUE(world.ehr.revoked.empty()) << "a clear never waits for the network";
  ASSERT_EQ(watcher.queue.size(), 1U);
  EXPECT_EQ(watcher.queue.front().reason, "os_lock");
  world.clock.advance(1s);
  EXPECT_TRUE(world.ehr.revoked.contains("s.1"));
  EXPECT_EQ(world.audit.count(AuditKind::clear), 1U);
  EXPECT_EQ(world.audit.count(AuditKind::revocation), 1U);
}

TEST(Clearing, OneLoginSessionLeavesTheOthersUntouched) {
  World world;
  world.logind.add("c2", 1001);
  world.begin("a", "c1");
  session::Session& other = world.begin("b", "c2");
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(other.state(), State::active);
  EXPECT_TRUE(world.workstation.running(other.epoch));
}

TEST(Clearing, WhileOfflineItIsOverAtOnceAndTheRevocationExpires) {
  World world;
  world.begin("s");
  world.ehr.down = true;
  world.clearing.must_clear({.reason = ClearReason::suspend});
  EXPECT_EQ(world.store.find("s")->state(), State::cleared);
  EXPECT_EQ(world.revoker.pending(), 1U);
  world.clock.advance(3min);
  EXPECT_EQ(world.revoker.pending(), 0U);
  EXPECT_EQ(world.revoker.counters().at("ehr").at("expired"), 1U);
}

TEST(Clearing, WhileOfflineTheAuditSaysThatTheRevocationExpired) {
  World world;
  world.begin("s");
  world.ehr.down = true;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(world.audit.count(AuditKind::clear), 1U) << "over before anything was sent";
  EXPECT_EQ(world.audit.count(AuditKind::revocation), 0U);
  world.clock.advance(3min);
  ASSERT_EQ(world.audit.records.back().kind, AuditKind::revocation);
  EXPECT_EQ(world.audit.records.back().reason, "expired");
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
}

// What becomes of the refresh token at its server, and what the audit and the metrics call it.
TEST(Clearing, TheRevocationsEndIsTold) {
  const struct {
    const char* what;
    bool offered;
    std::deque<std::pair<int, std::string>> answers;
    const char* result;
  } table[] = {{"200", true, {}, "ok"},
               {"503, which means that the token is alive, then 200", true, {{503, "{}"}}, "ok"},
               {"429, then 200", true, {{429, "{}"}}, "ok"},
               {"a token type that the server does not revoke",
                true,
                {{400, R"({"error":"unsupported_token_type"})"}},
                "unsupported"},
               {"no endpoint", false, {}, "unsupported"},
               {"another refusal", true, {{400, R"({"error":"invalid_client"})"}}, "failed"},
               {"503 for ever", true, std::deque<std::pair<int, std::string>>(500, {503, "{}"}), "expired"}};
  for (const auto& row : table) {
    World world;
    world.ehr.offers_revocation = row.offered;
    world.ehr.revocation_answers = row.answers;
    world.begin("s");
    world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
    EXPECT_EQ(world.store.find("s")->state(), State::cleared) << row.what;
    world.clock.advance(3min);
    EXPECT_EQ(world.revoker.counters().at("ehr").at(row.result), 1U) << row.what;
    EXPECT_EQ(world.revoker.pending(), 0U) << row.what;
    EXPECT_EQ(world.audit.count(AuditKind::revocation), 1U) << row.what;
    EXPECT_EQ(world.audit.records.back().reason, row.result) << row.what;
    EXPECT_EQ(world.ehr.revoked.contains("s.1"), std::string_view(row.result) == "ok") << row.what;
  }
}

// As real locks come: the signal, then the hint, then the screen of another user, while the picture is locked already.
TEST(Clearing, TwiceIsToldOnce) {
  World world;
  world.begin("s");
  events::EventHub::Subscription watcher(world.hub);
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  const auto records = world.audit.records.size();
  for (const auto reason : {ClearReason::os_lock, ClearReason::session_inactive, ClearReason::ehr_lock})
    world.clearing.must_clear({.reason = reason, .login_session = "c1"});
  world.clearing.must_clear({.reason = ClearReason::suspend});
  EXPECT_EQ(world.audit.records.size(), records);
  EXPECT_EQ(watcher.queue.size(), 1U);
  EXPECT_EQ(world.clearing.counters().clears.at(ClearReason::os_lock), 1U);
  EXPECT_EQ(world.clearing.counters().sessions.at(ClearReason::os_lock), 1U);
  ASSERT_TRUE(world.clearing.last_clear());
  EXPECT_EQ(world.clearing.last_clear()->reason, ClearReason::os_lock) << "the one that took something away";
  world.clock.advance(10s);
  EXPECT_EQ(world.audit.count(AuditKind::revocation), 1U);
}

// Its session is remembered for a while; logind knows the login session no more.
TEST(Clearing, OfALoginSessionThatIsGoneIsNotTold) {
  World world;
  world.begin("s");
  world.logind.sessions.clear();
  world.clearing.must_clear({.reason = ClearReason::session_removed, .login_session = "c1"});
  ASSERT_FALSE(world.workstation.knows("c1"));
  ASSERT_NE(world.store.find("s"), nullptr);
  const auto records = world.audit.records.size();
  world.clearing.must_clear({.reason = ClearReason::ehr_lock});
  EXPECT_EQ(world.audit.records.size(), records);
  EXPECT_EQ(world.clearing.last_clear()->reason, ClearReason::session_removed);
}

TEST(Clearing, WithNothingHeldIsToldOnce) {
  World world;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  world.clearing.must_clear({.reason = ClearReason::suspend});
  ASSERT_EQ(world.audit.records.size(), 1U) << "why launches are refused from then on";
  EXPECT_EQ(world.audit.records[0].count, 0);
  EXPECT_EQ(world.audit.records[0].login_session, "c1");
  EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::held) << "though no app was ever there";
}

TEST(Clearing, OfNothingThatIsThereDoesNothing) {
  World world;
  for (const char* nobody : {"c9", "", "tty1"}) {
    world.clearing.clear_login_session(nobody, {ClearReason::os_lock, ""});
    EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::present) << nobody;
  }
  EXPECT_TRUE(world.audit.records.empty());
}

TEST(Clearing, MeansUsersAndServersWhereverTheyAre) {
  World world;
  world.logind.add("c2", 1001);
  world.begin("a", "c1");
  world.begin("b", "c1");
  world.begin("c", "c2");
  EXPECT_EQ(world.clearing.clear({.whom = {.uid = 1001}}, {ClearReason::ehr_lock, ""}).sessions, 1U);
  EXPECT_EQ(world.store.find("a")->cleared(), nullptr);
  EXPECT_EQ(world.clearing.clear({.part = {.server = "ehr"}}, {ClearReason::ehr_lock, ""}).sessions, 2U);
}

TEST(Clearing, AClearThatIsNotToldStillEndsTheEpoch) {
  World world;
  world.begin("s");
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  const auto held = world.workstation.enter("c1");  // a launch may have begun in it
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_FALSE(world.workstation.running(held));
}

TEST(Clearing, OfEverybodyIsOneClearForSupport) {
  World world;
  world.logind.add("c2", 1001);
  world.begin("a", "c1");
  world.begin("b", "c2");
  world.clearing.must_clear({.reason = ClearReason::suspend, .source = "logind"});
  const auto& last = world.clearing.last_clear();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->sessions, 2U);
  EXPECT_EQ(last->login_session, "");
  EXPECT_EQ(last->detail, "logind");
  EXPECT_EQ(world.audit.count(AuditKind::clear), 2U) << "the audit has each";
}

// Programs under a user's own manager belong to that user's one desktop.
TEST(Clearing, OfAUsersProgramMeansTheirDesktopOrAllThatIsTheirs) {
  World world;
  world.logind.add("c2", 1001);
  static_cast<void>(world.workstation.enter("c2"));
  world.begin("a", "c1");
  session::Session& other = world.begin("b", "c2");
  world.clearing.must_clear({.reason = ClearReason::ehr_gone, .source = "ehr_unit e.scope", .user = 1000});
  EXPECT_EQ(world.store.find("a")->state(), State::cleared);
  EXPECT_EQ(other.state(), State::active);
  world.logind.add("c3", 1000);  // two desktops: which of them is not known
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  world.begin("c", "c1");
  world.begin("d", "c3");
  world.clearing.must_clear({.reason = ClearReason::ehr_gone, .user = 1000});
  EXPECT_EQ(world.store.find("c")->state(), State::cleared);
  EXPECT_EQ(world.store.find("d")->state(), State::cleared);
  EXPECT_EQ(other.state(), State::active);
}

// B3, by the end of the EHR's program: two desktops, so all that is the user's goes.
TEST(Clearing, OfAUsersProgramAsksLogindWhoseTheDesktopIs) {
  World world;
  world.logind.add("c3", 1000);
  static_cast<void>(world.workstation.enter("c1"));
  world.begin("a", "c1").uid = 0;
  world.begin("b", "c3");
  world.clearing.must_clear({.reason = ClearReason::ehr_gone, .user = 1000});
  EXPECT_EQ(world.store.find("a")->state(), State::cleared);
  EXPECT_EQ(world.store.find("b")->state(), State::cleared);
}

TEST(Clearing, AnUnlockBringsNothingBack) {
  World world;
  world.begin("s");
  world.settings->broker.unlock_proves_presence = true;
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  world.logind.at("c1").locked = false;
  world.workstation.read_picture("c1");
  world.workstation.unlock_seen("c1");
  EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::present);
  EXPECT_EQ(world.store.find("s")->state(), State::cleared);
  EXPECT_EQ(world.store.find("s")->tokens(), nullptr);
}

TEST(Clearing, TheTombstoneForgetsContextAtOnceAndItselfAfterTenMinutes) {
  World world;
  session::Session& session = world.begin("s");
  world.clearing.clear_session(session, {ClearReason::ended_by_app});
  EXPECT_FALSE(session.context.patient);
  world.clock.advance(9min);
  EXPECT_NE(world.store.find("s"), nullptr);
  world.clock.advance(2min);
  EXPECT_EQ(world.store.find("s"), nullptr);
}

// Only the audit trail may name patients, and of a clear not even that.
TEST(Clearing, NothingThatIsToldOfAClearNamesThePatient) {
  World world;
  session::Session& session = world.begin("s");
  session.context.patient = "patient-4711";
  session.user = {.fhir_user = "Practitioner/dr-4711", .subject = "sub-4711", .issuer = "https://i"};
  events::EventHub::Subscription watcher(world.hub);
  world.audit.records.clear();
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1", .source = "logind"});
  ASSERT_EQ(watcher.queue.size(), 1U);
  const events::SessionEvent& event = watcher.queue.front();
  ASSERT_GE(world.audit.records.size(), 2U);
  std::string told = event.session + event.app + event.server + event.reason;
  for (const AuditRecord& record : world.audit.records)
    told += record.action + record.app + record.server + record.session + record.login_session + record.unit +
            record.subject + record.patient + record.reason + record.detail + record.request_id;
  EXPECT_TRUE(told.contains("os_lock")) << "the test must look at what is told";
  EXPECT_FALSE(told.contains("4711")) << told;
}

}  // namespace
}  // namespace wardend

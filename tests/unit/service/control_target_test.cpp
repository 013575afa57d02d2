// Whom a target of org.wardend.Control means.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "daemon/service/user_look_up.hpp"
#include "tests/support/gate.hpp"
#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using ipc::control::Target;
using session::State;
using test::By;
using test::Client;
using test::facts_of;
using test::in_login_session;
using test::Ward;
using test::with_group;

struct Clear {
  const char* name;
  By by;
  Target target;
  std::string alive;  // afterwards; "!" stands for InvalidTarget
};
class ControlTarget : public ::testing::TestWithParam<Clear> {};
TEST_P(ControlTarget, ByTheTable) {
  Ward world;
  Client client(facts_of(GetParam().by));
  const auto reply =
      world.ask(world.control.clear_sessions(client.call, {.target = GetParam().target, .reason = "test"}));
  if (GetParam().alive == "!") {
    ASSERT_FALSE(reply) << "cleared " << reply->cleared;
    EXPECT_FALSE(test::told<errors::InvalidTarget>(reply.error()).reason->empty());
    EXPECT_EQ(world.alive(), "abc");
    EXPECT_EQ(world.audit.records.back().outcome, "denied");
    return;
  }
  ASSERT_TRUE(reply) << reply.error().detail();
  EXPECT_EQ(world.alive(), GetParam().alive);
  EXPECT_EQ(static_cast<std::size_t>(reply->cleared), 3 - GetParam().alive.size());
  EXPECT_EQ(world.audit.records.back().kind, AuditKind::control);
  EXPECT_EQ(world.audit.records.back().outcome, "granted");
}
INSTANTIATE_TEST_SUITE_P(
    Control, ControlTarget,
    ::testing::Values(
        Clear{"EmptyByRootIsEveryone", By::root, {}, ""}, Clear{"EmptyByRootOnASeatIsEveryone", By::root_on_c1, {}, ""},
        Clear{"EmptyByASystemUnitIsEveryone", By::system_unit, {}, ""},
        Clear{"EmptyByAUserIsTheirOwnLoginSession", By::user_in_c1, {}, "c"},
        Clear{"EmptyByAUserWithoutOneLoginSession", By::user_nowhere, {}, "!"},
        Clear{"ByUserNumber", By::root, {.user = "1001"}, "ab"}, Clear{"ByUserName", By::root, {.user = "root"}, "abc"},
        Clear{"ByUnknownUserName", By::root, {.user = "no-such-user-here"}, "!"},
        Clear{"ByEmptyUserName", By::root, {.user = ""}, "!"}, Clear{"BySeat", By::root, {.seat = "seat1"}, "ab"},
        Clear{"ByUnknownSeat", By::root, {.seat = "seat9"}, "!"},
        Clear{"ByLoginSession", By::root, {.login_session = "c1"}, "c"},
        Clear{"ByALoginSessionWithNothingInIt", By::root, {.login_session = "c3"}, "abc"},
        Clear{"ByUnknownLoginSession", By::root, {.login_session = "c9"}, "!"},
        Clear{"ByApp", By::root, {.app = "vitals"}, "b"}, Clear{"ByUnknownApp", By::root, {.app = "nope"}, "!"},
        Clear{"ByServer", By::root, {.server = "ehr"}, ""}, Clear{"ByUnknownServer", By::root, {.server = "nope"}, "!"},
        Clear{"BySession", By::root, {.session = "b"}, "ac"},
        Clear{"ByUnknownSession", By::root, {.session = "nope"}, "!"},
        Clear{"NarrowedByUserAndApp", By::root, {.user = "1000", .app = "vitals"}, "bc"},
        Clear{"AUserAndAnothersLoginSession", By::root, {.user = "1001", .login_session = "c1"}, "!"},
        Clear{"AUserAndAnothersSeat", By::root, {.user = "1001", .seat = "seat0"}, "!"},
        Clear{"ALoginSessionAndAnothersSeat", By::root, {.login_session = "c1", .seat = "seat1"}, "!"},
        Clear{"ASessionAndAnotherLoginSession", By::root, {.login_session = "c2", .session = "b"}, "!"},
        Clear{"ASessionAndAnotherUser", By::root, {.user = "1001", .session = "b"}, "!"},
        Clear{"ASessionAndAnotherApp", By::root, {.app = "vitals", .session = "b"}, "!"},
        Clear{"ASessionAndAllThatIsItsOwn",
              By::root,
              {.user = "1000", .login_session = "c1", .app = "other", .server = "ehr", .session = "b"},
              "ac"},
        Clear{"ALoginSessionThatIsNamedByAUser", By::root, {.login_session = "uid:1000"}, "!"},
        Clear{"AnUnknownLoginSessionOfAKnownUser", By::root, {.user = "1000", .login_session = "c9"}, "!"},
        Clear{"AnUnknownSeatOfAKnownUser", By::root, {.user = "1000", .seat = "seat9"}, "!"},
        Clear{"AUserMayNameAnother", By::user_in_c1, {.login_session = "c2"}, "ab"}),
    [](const auto& info) { return info.param.name; });

// The thread of look-ups is busy with something that does not end: a directory that does not answer.
TEST(Control, ADirectoryThatDoesNotAnswerClearsEveryUserAtALock) {
  Ward world;
  Client root(facts_of(By::root));
  const auto hang = std::make_shared<test::Gate>();
  const auto job = world.worker.begin(world.loop.get_executor(), [hang] {
    hang->pass();
    return true;
  });
  const auto refused =
      world.start(world.control.clear_sessions(root.call, {.target = {.user = "root"}, .reason = "x"}));
  world.clock.advance(service::look_up_patience);
  ASSERT_TRUE(*refused);
  EXPECT_EQ((*refused)->error().code(), Errc::InvalidTarget);
  EXPECT_EQ(world.alive(), "abc") << "an operator is asked to say it otherwise";
  const auto locked = world.start(world.control.report_lock(
      root.call, {.reason = ipc::control::ReportLockReason::ehr_lock, .target = {.user = "root", .app = "vitals"}}));
  world.clock.advance(service::look_up_patience);
  ASSERT_TRUE(*locked && **locked);
  EXPECT_TRUE((**locked)->widened);
  EXPECT_EQ(world.alive(), "b") << "every user, and of those what the rest of the target says";
  EXPECT_TRUE(std::ranges::any_of(world.audit.records,
                                  [](const AuditRecord& record) { return record.detail.contains("every user"); }));
  hang->open();
}

TEST(Control, AClearHoldsWhatItMeansAndNoMore) {
  Ward world;
  const workstation::Part vitals{.server = "ehr", .app = "vitals"};
  Client root(facts_of(By::root));
  ASSERT_TRUE(world.ask(world.control.clear_sessions(root.call, {.target = {.app = "vitals"}, .reason = "x"})));
  EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::present);
  EXPECT_EQ(world.workstation.presence("c1", vitals), workstation::Presence::held);
  EXPECT_EQ(world.workstation.presence("c1", {.server = "ehr", .app = "other"}), workstation::Presence::present);
  ASSERT_TRUE(world.ask(world.control.clear_sessions(root.call, {.target = {.user = "1000"}, .reason = "x"})));
  EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::held);
  EXPECT_EQ(world.store.find("b")->cleared()->reason, ClearReason::operator_request);
}

// B2: a session that is over says where somebody has left, whatever ended it.
TEST(Control, ALockOfASessionThatHasEndedHoldsItsAppAtItsServer) {
  Ward world;
  Client root(facts_of(By::root));
  world.clearing.clear_session(*world.store.find("a"), {ClearReason::ended_by_app, ""});
  const workstation::Part vitals{.server = "ehr", .app = "vitals"};
  ASSERT_EQ(world.workstation.presence("c1", vitals), workstation::Presence::present);
  const auto reply = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.session = "a"}}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->cleared, 0);
  EXPECT_EQ(reply->held, 1);
  EXPECT_EQ(world.workstation.presence("c1", vitals), workstation::Presence::held);
  EXPECT_EQ(world.alive(), "bc");
  EXPECT_EQ(world.store.find("a")->cleared()->reason, ClearReason::ended_by_app) << "why it ended stays";
}

// B3: where logind names login sessions, a user names one only for a system unit.
TEST(Control, ALoginSessionNamedByAUserIsThereWhereOneCanBe) {
  Ward world;
  Client root(facts_of(By::root));
  const auto lock = [&](const std::string& name) {
    return world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.login_session = name}}));
  };
  EXPECT_FALSE(lock("uid:1000"));
  world.begin("d", "uid:1000");
  const auto held = lock("uid:1000");
  ASSERT_TRUE(held);
  EXPECT_EQ(held->cleared, 1);
  world.settings->apps.front().peers.push_back({.user = "agent", .uid = 990, .unit = "agent.service"});
  EXPECT_TRUE(lock("uid:990"));
  EXPECT_FALSE(lock("uid:991"));
  world.settings->broker.lock_sources = {"control"};
  EXPECT_TRUE(lock("uid:991"));
  EXPECT_FALSE(lock("uid:0991")) << "no login session has that name";
}

TEST(Control, AnEmptyNameNamesNobody) {
  const ipc::control::Target targets[] = {{.user = ""}, {.login_session = ""}, {.seat = ""},
                                          {.app = ""},  {.server = ""},        {.session = ""}};
  for (const auto& target : targets) {
    Ward world;
    Client root(facts_of(By::root));
    const auto reply = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = target}));
    ASSERT_FALSE(reply) << target.to_json().dump();
    EXPECT_EQ(reply.error().code(), Errc::InvalidTarget);
    EXPECT_EQ(world.alive(), "abc");
  }
}

// W8: a lock without a target holds the caller's own login session, or says that it can hold nobody.
TEST(Control, ALockWithoutATargetHitsSomebodyOrIsAnError) {
  {
    Ward world;
    Client agent(with_group(in_login_session(1000, "c3"), 500));  // where nothing is held yet
    const auto reply = world.ask(world.control.report_lock(agent.call, {.reason = {}, .target = {}}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->cleared, 0);
    EXPECT_EQ(reply->held, 1);
    EXPECT_EQ(world.workstation.presence("c3"), workstation::Presence::held);
  }
  {
    Ward world;
    world.settings->broker.lock_sources = {"control"};
    auto facts = with_group(in_login_session(1000, "c1"), 500);
    facts.cgroup = {};
    Client served(facts);
    const auto reply = world.ask(world.control.report_lock(served.call, {.reason = {}, .target = {}}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->held, 1);
    EXPECT_EQ(world.workstation.presence("uid:1000"), workstation::Presence::held);
    facts.uid = 990;  // nobody's app
    Client stranger(facts);
    const auto refused = world.ask(world.control.report_lock(stranger.call, {.reason = {}, .target = {}}));
    ASSERT_FALSE(refused) << "cleared " << refused->cleared;
    EXPECT_EQ(refused.error().code(), Errc::InvalidTarget);
    EXPECT_TRUE(refused.error().detail().contains("name a target")) << refused.error().detail();
  }
}

// B3: sudo, su or pkexec in somebody's terminal may be the first call of the day there.
TEST(Control, WhoConnectsFirstIsNotTheLoginSessionsUser) {
  Ward world;
  (void)world.connect(in_login_session(0, "c3"));  // a login session of 1000
  world.begin("d", "c3");
  Client root(facts_of(By::root));
  const auto of_root = world.ask(world.control.clear_sessions(root.call, {.target = {.user = "0"}, .reason = "x"}));
  ASSERT_TRUE(of_root);
  EXPECT_EQ(of_root->cleared, 0);
  EXPECT_EQ(world.store.find("d")->state(), State::active);
  const auto of_user = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.user = "1000"}}));
  ASSERT_TRUE(of_user);
  EXPECT_EQ(of_user->cleared, 3);
  EXPECT_EQ(world.store.find("d")->state(), State::cleared);
  EXPECT_EQ(world.workstation.presence("c3"), workstation::Presence::held);
}

TEST(Control, TheUserIsKnownOnceLogindHasBeenRead) {
  Ward world;
  world.logind.is_live = false;
  const LoginSession late = world.logind.at("c3");
  std::erase_if(world.logind.sessions, [](const LoginSession& session) { return session.id == "c3"; });
  (void)world.connect(in_login_session(0, "c3"));
  world.logind.sessions.push_back(late);
  world.logind.is_live = true;
  world.workstation.read_picture("");
  world.begin("d", "c3");
  Client root(facts_of(By::root));
  ASSERT_TRUE(world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.user = "1000"}})));
  EXPECT_EQ(world.store.find("d")->state(), State::cleared);
}

// Logind is gone when the lock comes: whose a login session is, is remembered.
TEST(Control, AUsersLockIsHeardWhileLogindIsGone) {
  Ward world;
  world.logind.is_live = false;
  const auto gone = std::exchange(world.logind.sessions, {});
  Client root(facts_of(By::root));
  const auto reply = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.user = "1000"}}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->cleared, 2);
  EXPECT_EQ(world.alive(), "c");
}

TEST(Control, AUsersSessionsAreMeantWhereverTheyAre) {
  Ward world;
  world.store.find("a")->uid = 1002;  // in c1, which is 1000's
  Client root(facts_of(By::root));
  const auto reply = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.user = "1002"}}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->cleared, 2) << "the login session goes as a whole";
  EXPECT_EQ(world.alive(), "c");
}

// As ClearSessions, the targets of ReportLock; by the EHR's agent as what it may run as.
TEST(Control, AReportedLockReachesWhomItNames) {
  const struct {
    const char* what;
    By by;
    Target target;
    std::string alive;
  } table[] = {
      {"everyone, by a system unit", By::system_unit, {}, ""},
      {"everyone, by root", By::root, {}, ""},
      {"the caller's own, by a desktop program", By::user_in_c1, {}, "c"},
      {"nobody, by a program that has no one desktop", By::user_nowhere, {}, "!"},
      {"one seat of several", By::system_unit, {.seat = "seat1"}, "ab"},
      {"one user", By::system_unit, {.user = "1001"}, "ab"},
      {"one login session", By::system_unit, {.login_session = "c2"}, "ab"},
      {"an unknown seat", By::system_unit, {.seat = "seat9"}, "!"},
      {"an unknown user", By::system_unit, {.user = "no-such-user-here"}, "!"},
      {"an unknown login session", By::system_unit, {.login_session = "c9"}, "!"},
  };
  for (const auto& row : table) {
    Ward world;
    auto facts = facts_of(row.by);
    facts.groups = {500};
    Client agent(std::move(facts));
    const auto reply = world.ask(world.control.report_lock(
        agent.call, {.reason = ipc::control::ReportLockReason::ehr_logout, .target = row.target}));
    EXPECT_EQ(reply.has_value(), row.alive != "!") << row.what;
    if (!reply) EXPECT_EQ(reply.error().code(), Errc::InvalidTarget) << row.what;
    EXPECT_EQ(world.alive(), row.alive == "!" ? "abc" : row.alive) << row.what;
    EXPECT_EQ(world.clearing.locks().last().has_value(), reply.has_value()) << row.what;
  }
}

}  // namespace
}  // namespace wardend

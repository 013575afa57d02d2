#include "daemon/access/session_choice.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::access {
namespace {

using session::Session;

struct Choice : test::World {
  Who who{.config = config.hold(),
          .apps = {&settings->apps.front()},
          .epoch = workstation.enter("c1"),
          .login_session = "c1",
          .uid = 1000,
          .process = {77, "1"}};
  Session& of_process(const std::string& id) {
    Session& session = begin(id);
    session.launcher = who.process;
    return session;
  }
  [[nodiscard]] Result<Session*> named(const std::string& id) { return named_session(store, who, id); }
  [[nodiscard]] Result<Session*> implied(const std::optional<std::string>& patient = {}) {
    return implied_session(store, who, patient);
  }
  // One that the EHR launched, a second after those before it.
  Session& by_ehr(const std::string& id, const std::string& patient) {
    clock.advance(1s);
    Session& session = begin(id);
    session.launcher = {};
    session.context.patient = patient;
    session.started_boot = clock.now();
    return session;
  }
};

TEST(SessionChoice, FindsTheCallersOwnById) {
  Choice choice;
  Session& session = choice.begin("s");
  ASSERT_TRUE(choice.named("s"));
  EXPECT_EQ(*choice.named("s"), &session);
}

TEST(SessionChoice, TellsNobodyThatSomebodyElsesIsThere) {
  Choice choice;
  choice.begin("s").uid = 1001;
  const auto foreign = choice.named("s");
  const auto none = choice.named("none");
  ASSERT_FALSE(foreign || none);
  EXPECT_EQ(*test::told<errors::UnknownSession>(foreign.error()).reason,
            *test::told<errors::UnknownSession>(none.error()).reason);
}

TEST(SessionChoice, SaysWhyAndWhenASessionWasCleared) {
  Choice choice;
  Session& session = choice.of_process("s");
  choice.clearing.clear_session(session, {ClearReason::idle, ""});
  const WallTime at = choice.clock.wall_now();
  choice.clock.advance(5s);
  for (const auto& refused : {choice.named("s"), choice.implied()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(*test::told<errors::SessionCleared>(refused.error()).reason, ClearReason::idle);
    EXPECT_EQ(*test::told<errors::SessionCleared>(refused.error()).at, at);
  }
}

TEST(SessionChoice, ImpliesTheOneThatTheProcessOrTheEhrLaunched) {
  Choice choice;
  choice.begin("other").launcher = {99, "1"};
  ASSERT_FALSE(choice.implied());
  Session& own = choice.of_process("own");
  EXPECT_EQ(*choice.implied(), &own);
  choice.clearing.clear_session(own, {ClearReason::ended_by_app, ""});
  Session& by_ehr = choice.begin("by_ehr");
  by_ehr.launcher = {};
  EXPECT_EQ(*choice.implied(), &by_ehr);
}

TEST(SessionChoice, MeansTheLatestLaunchOrThePatientsOwn) {
  Choice choice;
  Session& first = choice.by_ehr("first", "patient-12");
  Session& second = choice.by_ehr("second", "patient-13");
  EXPECT_EQ(*choice.implied(), &second);
  EXPECT_EQ(*choice.implied("patient-12"), &first);
  EXPECT_EQ(*choice.implied("patient-13"), &second);
  EXPECT_EQ(*choice.implied("patient-99"), &second) << "whose patient is another one: the caller is told so";
  Session& own = choice.of_process("own");
  own.started_boot = choice.clock.now() + 1s;
  EXPECT_EQ(*choice.implied(), &own);
}

TEST(SessionChoice, OneWithoutATokenGivesWay) {
  Choice choice;
  Session& good = choice.by_ehr("good", "patient-12");
  Session& over = choice.by_ehr("over", "patient-12");
  over.end_grant("invalid_grant");
  EXPECT_EQ(*choice.implied(), &good);
  EXPECT_EQ(*choice.implied("patient-12"), &good);
  good.end_grant("invalid_grant");
  EXPECT_EQ(*choice.implied(), &over) << "the latest says why";
}

TEST(SessionChoice, SaysWhyTheEhrsLaunchEndedToWhomItWasFor) {
  Choice choice;
  Session& session = choice.by_ehr("s", "patient-12");
  choice.clearing.clear_session(session, {ClearReason::ehr_lock, ""});
  const auto ended = choice.implied();
  ASSERT_FALSE(ended);
  EXPECT_EQ(*test::told<errors::SessionCleared>(ended.error()).reason, ClearReason::ehr_lock);
  EXPECT_EQ(choice.implied("patient-12").error().code(), Errc::SessionCleared);
  session.epoch = choice.who.epoch + 1;
  EXPECT_EQ(choice.implied().error().code(), Errc::UnknownSession) << "it was another clinician's";
}

TEST(SessionChoice, CountsThoseOfOtherProcesses) {
  Choice choice;
  choice.begin("other").launcher = {99, "1"};
  const auto refused = choice.implied();
  ASSERT_FALSE(refused);
  EXPECT_EQ(*test::told<errors::UnknownSession>(refused.error()).reason,
            "this process has no session; 1 of this user's began in other processes: name one of them");
}

TEST(SessionChoice, NamesThoseOfSeveralApps) {
  Choice choice;
  config::App other = choice.settings->apps.front();
  other.id = "other";
  choice.who.apps.push_back(&other);
  (void)choice.of_process("b");
  choice.of_process("a").app = "other";
  const auto refused = choice.implied();
  ASSERT_FALSE(refused);
  EXPECT_EQ(*test::told<errors::AmbiguousSession>(refused.error()).sessions, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace wardend::access

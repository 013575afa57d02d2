// What Status tells an administrator to mend, and where nobody gets a token.
#include "daemon/service/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/service/status_rows.hpp"
#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using service::FileState;
using service::UnlockEnds;
using test::By;
using test::Client;
using test::facts_of;
using test::Ward;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Scope scope(const char* name) { return {.scope = name, .action = "", .approved_by = "", .approved_on = ""}; }

TEST(Notices, NameAppsWhoseSessionsCannotBeRefreshed) {
  config::Config config = *test::basic_config();
  config.apps.front().scopes.clear();
  EXPECT_THAT(service::notices(config, {}),
              ElementsAre("vitals has neither the scope offline_access nor online_access: its sessions end with their "
                          "first token; add one, and have it registered at the EHR"));
  config.apps.front().enabled = false;
  EXPECT_THAT(service::notices(config, {}), IsEmpty()) << "nobody launches it";
  config.apps.front().enabled = true;
  for (const char* enough : {"offline_access", "online_access"}) {
    config.apps.front().scopes = {scope(enough)};
    EXPECT_THAT(service::notices(config, {}), IsEmpty()) << enough;
  }
}

TEST(Notices, TellOfFilesThatAreNotInForceAndOfSockets) {
  config::Config config;
  EXPECT_THAT(service::notices(config, FileState{.faults = {"x"}}), IsEmpty()) << "none is in force";
  config.digest = "abc";
  EXPECT_THAT(service::notices(config, FileState{.faults = {"w.toml:1:1: error: x"}}),
              ElementsAre("the file on disk is not in force: mend it, then `systemctl reload wardend`; it has 1 fault: "
                          "w.toml:1:1: error: x"));
  EXPECT_THAT(service::notices(config, FileState{.faults = {"a", "b"}, .at_restart = {"socket"}, .sockets = {"s"}}),
              ElementsAre("s", HasSubstr("it has 2 faults, the first: a"),
                          "changed in the file, and in force at the next restart only: socket"));
}

TEST(Held, HasARowForEachLoginSessionAndEachPart) {
  Ward world;
  Client root(facts_of(By::root));
  const auto none = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(none && none->held);
  EXPECT_THAT(*none->held, IsEmpty());
  ASSERT_TRUE(world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.login_session = "c3"}})));
  ASSERT_TRUE(world.ask(world.control.clear_sessions(
      root.call, {.target = {.login_session = "c2", .app = "vitals"}, .reason = "trial"})));
  const auto status = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(status && status->held);
  ASSERT_EQ(status->held->size(), 2U);
  const auto& part = status->held->at(0);
  EXPECT_EQ(part.login_session, "c2");
  EXPECT_EQ(part.app, "vitals");
  EXPECT_EQ(part.reason, "operator");
  EXPECT_EQ(part.ended_by, "a launch from the EHR, or a sign-in that begins after the clear");
  const auto& whole = status->held->at(1);
  EXPECT_EQ(whole.login_session, "c3");
  EXPECT_FALSE(whole.app || whole.server);
  EXPECT_EQ(whole.reason, "ehr_lock");
  EXPECT_EQ(whole.since, unix_seconds(world.clock.wall_now()));
}

// As after a restart, where no clear has been seen by this process.
TEST(Held, IsShownOfWhatThePreviousProcessLeft) {
  Ward world;
  world.workstation.resume({.login_session = "c9",
                            .uid = 1000,
                            .epoch = workstation::epoch_number(900, {}),
                            .held = true,
                            .last_clear = workstation::EpochEnd{.reason = ClearReason::operator_request,
                                                                .at = world.clock.wall_now() - 1h,
                                                                .boot = world.clock.now() - 1h}});
  const auto rows = service::held_rows(world.workstation, UnlockEnds::yes);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().login_session, "c9");
  EXPECT_EQ(rows.front().since, unix_seconds(world.clock.wall_now() - 1h));
  EXPECT_TRUE(rows.front().ended_by.ends_with(", or unlocking the screen"));
}

TEST(Held, IsShownOfAllUsersTogether) {
  Ward world;
  world.workstation.end_every_epoch(ClearReason::suspend);
  const auto rows = service::held_rows(world.workstation, UnlockEnds::no);
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().login_session, "") << "whom nothing sets apart";
  EXPECT_EQ(rows.back().reason, "suspend");
}

TEST(Status, SaysWhyAServerHasNoAnswer) {
  Ward world;
  Client root(facts_of(By::root));
  world.server_health.observe(
      "ehr", {.kind = server::LinkEvidence::Kind::unreachable, .detail = "Could not resolve host: ehr.example.org"});
  EXPECT_EQ(world.ask(world.control.status(root.call, {}))->servers.front().trouble,
            "Could not resolve host: ehr.example.org");
  world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
  EXPECT_FALSE(world.ask(world.control.status(root.call, {}))->servers.front().trouble);
}

// A wardend that was started with a faulty configuration knows no app, and whose rule would match is not known.
TEST(Gate, WithoutAnyAppSaysWhyNobodyIsServed) {
  Ward world;
  Client user = world.user();
  world.settings->apps.clear();
  const auto good = world.gate.judge(user.caller, user.call.epoch_tag, access::Demand::present);
  ASSERT_FALSE(good);
  EXPECT_EQ(good.error().code(), Errc::NotAuthorized) << "a good configuration without an app";
  world.logind.is_live = false;
  const auto refused = world.gate.judge(user.caller, user.call.epoch_tag, access::Demand::present);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::WorkstationLocked);
  EXPECT_THAT(refused.error().detail(), HasSubstr("logind is not there"));
}

}  // namespace
}  // namespace wardend

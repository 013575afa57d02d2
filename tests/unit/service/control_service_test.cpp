// org.wardend.Control: roles, reasons and what Status says.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using test::By;
using test::Client;
using test::facts_of;
using test::in_login_session;
using test::plain;
using test::Ward;
using test::with_group;

TEST(Control, AReportedLockCarriesItsReason) {
  const std::pair<ipc::control::ReportLockReason, ClearReason> table[] = {
      {ipc::control::ReportLockReason::ehr_lock, ClearReason::ehr_lock},
      {ipc::control::ReportLockReason::ehr_logout, ClearReason::ehr_logout},
      {ipc::control::ReportLockReason::ehr_user_switch, ClearReason::ehr_user_switch}};
  for (const auto& [told, recorded] : table) {
    Ward world;
    Client agent(with_group(in_login_session(1000, "c1"), 500));
    const auto reply = world.ask(world.control.report_lock(agent.call, {.reason = told, .target = {}}));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->cleared, 2);
    EXPECT_EQ(world.alive(), "c");
    EXPECT_EQ(world.store.find("a")->cleared()->reason, recorded);
  }
}

// Which role each method needs: 500 ehr, 501 operator, 502 observer.
TEST(Control, EachMethodNeedsItsRoleAndNoOther) {
  using Call = std::function<Result<void>(Ward&, Client&)>;
  const struct {
    const char* method;
    gid_t needs;
    Call call;
  } table[] = {
      {"ReportLock", 500,
       [&](Ward& w, Client& c) {
         return plain(w.ask(w.control.report_lock(c.call, {.reason = {}, .target = {.login_session = "c1"}})));
       }},
      {"ClearSessions", 501,
       [&](Ward& w, Client& c) {
         return plain(w.ask(w.control.clear_sessions(c.call, {.target = {.login_session = "c1"}, .reason = "r"})));
       }},
      {"Status", 502, [&](Ward& w, Client& c) { return plain(w.ask(w.control.status(c.call, {}))); }},
      {"VerifyApp", 502,
       [&](Ward& w, Client& c) {
         w.ehr.latency = 0ms;
         return plain(w.ask(w.control.verify_app(c.call, {.app = "vitals", .server = "ehr"})));
       }},
      {"Launches", 502, [&](Ward& w, Client& c) { return plain(w.ask(w.control.launches(c.call, {}))); }},
      {"SetAppEnabled", 501,
       [&](Ward& w, Client& c) {
         return plain(w.ask(w.control.set_app_enabled(c.call, {.app = "vitals", .enabled = false, .reason = "r"})));
       }},
      {"Reload", 501, [&](Ward& w, Client& c) { return plain(w.ask(w.control.reload(c.call, {}))); }},
      {"AcceptServer", 501,
       [&](Ward& w, Client& c) {
         return plain(w.ask(w.control.accept_server(c.call, {.server = "ehr", .reason = "r"})));
       }},
      {"VerifyAudit", 502, [&](Ward& w, Client& c) { return plain(w.ask(w.control.verify_audit(c.call, {}))); }},
  };
  for (const auto& row : table)
    for (const gid_t group : {0U, 500U, 501U, 502U}) {
      Ward world;
      Client client(with_group(in_login_session(1000, "c1"), group));
      const auto reply = row.call(world, client);
      const bool refused = !reply && reply.error().code() == Errc::NotAuthorized;
      EXPECT_EQ(refused, group != row.needs) << row.method << " by a member of " << group;
      if (refused) {
        EXPECT_FALSE(test::told<errors::RoleNeeded>(reply.error()).role->empty());
        EXPECT_EQ(world.audit.records.back().outcome, "denied");
        EXPECT_EQ(world.audit.records.back().action, row.method);
        EXPECT_EQ(world.alive(), "abc");
      }
      Client root(facts_of(By::root));
      const auto by_root = row.call(world, root);
      EXPECT_TRUE(by_root || by_root.error().code() != Errc::NotAuthorized) << row.method;
    }
}

TEST(Control, StatusNamesNoPatientAndNoSubject) {
  Ward world;
  session::Session& session = *world.store.find("a");
  session.context.patient = "patient-77";
  session.user = {.fhir_user = "Practitioner/secret-name", .subject = "secret-sub"};
  world.not_ready = "logind is not there";
  Client root(facts_of(By::root));
  world.clearing.clear_session(*world.store.find("b"), {ClearReason::ended_by_app, "x"});
  const auto status = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(status);
  ASSERT_EQ(status->sessions.size(), 2U) << "a cleared session is not a session";
  EXPECT_TRUE(status->sessions.front().has_patient);
  EXPECT_EQ(status->servers.size(), 1U);
  EXPECT_FALSE(status->ready);
  EXPECT_EQ(status->not_ready_reason, "logind is not there");
  ASSERT_TRUE(status->last_clear);
  EXPECT_EQ(status->last_clear->reason, "ended_by_app");
  const std::string text = status->to_json().dump();
  for (const char* secret : {"patient-77", "secret-name", "secret-sub", "at-a.1", "a.1"})
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
}

TEST(Control, StatusTellsTheLastLockThoughNothingWasHeld) {
  Ward world;
  Client root(facts_of(By::root));
  EXPECT_FALSE(world.ask(world.control.status(root.call, {}))->last_lock);
  ASSERT_TRUE(world.ask(world.control.report_lock(root.call, {.reason = {}, .target = {.login_session = "c3"}})));
  world.unit_trouble = "no tree";
  const auto status = world.ask(world.control.status(root.call, {}));
  ASSERT_TRUE(status && status->last_lock);
  EXPECT_EQ(status->last_lock->source, "control");
  EXPECT_EQ(status->last_lock->reason, "ehr_lock");
  EXPECT_EQ(status->last_lock->login_session, "c3");
  EXPECT_EQ(status->ehr_unit_trouble, "no tree");
  EXPECT_EQ(status->screen_locker_silent, false);
  for (int day = 0; day < 7; ++day) world.clearing.locks().used(WallTime(std::chrono::days(20'000 + day)));
  EXPECT_EQ(world.ask(world.control.status(root.call, {}))->screen_locker_silent, true);
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c2", .source = "logind"});
  const auto after = world.ask(world.control.status(root.call, {}));
  EXPECT_EQ(after->screen_locker_silent, false);
  EXPECT_EQ(after->last_lock->login_session, "c2");
  EXPECT_TRUE(after->screen_lock_seen_at);
}

TEST(Control, WhatNeedsAReasonIsRefusedWithoutAWord) {
  for (const std::string wordless : {"", "  ", "\t\n", "\u200b"}) {
    Ward world;
    Client root(facts_of(By::root));
    const std::pair<const char*, Result<void>> refused[] = {
        {"ClearSessions",
         plain(world.ask(world.control.clear_sessions(root.call, {.target = {}, .reason = wordless})))},
        {"AcceptServer",
         plain(world.ask(world.control.accept_server(root.call, {.server = "ehr", .reason = wordless})))},
        {"SetAppEnabled", plain(world.ask(world.control.set_app_enabled(
                              root.call, {.app = "vitals", .enabled = false, .reason = wordless})))}};
    for (const auto& [method, reply] : refused) {
      ASSERT_FALSE(reply) << method;
      EXPECT_EQ(reply.error().detail(), "the reason has no word in it: say why, for the audit trail") << method;
    }
    EXPECT_EQ(world.audit.records.back().outcome, "denied");
    EXPECT_EQ(world.alive(), "abc");
  }
}

// B11
TEST(Control, AcceptingNeedsAServerAtWhichSomethingWaits) {
  Ward world;
  Client root(facts_of(By::root));
  const auto nothing = world.ask(world.control.accept_server(root.call, {.server = "ehr", .reason = "new keys"}));
  ASSERT_FALSE(nothing);
  EXPECT_TRUE(test::told<errors::InvalidTarget>(nothing.error()).reason->contains("nothing to accept"));
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
  const auto unknown = world.ask(world.control.accept_server(root.call, {.server = "nope", .reason = "r"}));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Errc::UnknownServer);
}

TEST(Control, VerifyingNeedsAnAppOfThatServer) {
  Ward world;
  world.ehr.latency = 0ms;
  world.settings->servers.push_back(
      {.name = "lab", .fhir_base_url = *fhir::BaseUrl::parse("https://lab.example.org/")});
  Client root(facts_of(By::root));
  const auto code = [&](const char* app, const char* server) {
    const auto reply = world.ask(world.control.verify_app(root.call, {.app = app, .server = server}));
    EXPECT_EQ(world.audit.records.back().action, "VerifyApp");
    EXPECT_EQ(world.audit.records.back().outcome, reply ? "granted" : "denied");
    return reply ? Errc{} : reply.error().code();
  };
  EXPECT_EQ(code("nope", "ehr"), Errc::UnknownApp);
  EXPECT_EQ(code("vitals", "nope"), Errc::UnknownServer);
  EXPECT_EQ(code("vitals", "lab"), Errc::UnknownServer);
  const auto report = world.ask(world.control.verify_app(root.call, {.app = "vitals", .server = "ehr"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->documents->size(), 2U);
  EXPECT_FALSE(report->findings.empty());
  EXPECT_EQ(world.audit.records.back().outcome, "granted");
}

}  // namespace
}  // namespace wardend

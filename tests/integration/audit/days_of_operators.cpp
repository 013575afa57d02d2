// What operators and the EHR's agent do, and who is not let in.
#include <csignal>

#include "tests/integration/audit/audit_day.hpp"

namespace wardend::test {
namespace {

void ways_to_lose_access(AuditDay& day) {
  day.start();
  day.launched();
  EXPECT_EQ(day.answer({{"session", day.id}}), "token");
  day.expect("a token", {"token/issue/granted"});
  EXPECT_EQ(day.control("ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}), "ok");
  day.expect("a lock, also of all who hold nothing",
             with_end({"control/ReportLock/granted", "clear/login_session/granted", "clear/login_session/granted"}));
  EXPECT_EQ(day.entry("session_end").value("accesses", -1), 0);
  EXPECT_TRUE(day.entry("session_end").value("detail", "").contains("the app recorded no access"));
  EXPECT_EQ(day.app("RecordAccess", {{"session", day.id}, {"accesses", {a_read()}}}), "ok") << day.reply;
  day.expect("what was read before the lock", {"access/read/granted"});
  day.opened_by_the_ehr();
  EXPECT_EQ(day.control("ClearSessions", {{"reason", "rehearsal"}, {"target", {{"app", "vitals"}}}}), "ok");
  day.expect("an app's clear", with_end({"control/ClearSessions/granted", "clear/app/granted"}));
  day.opened_by_the_ehr();
  EXPECT_EQ(day.control("ClearSessions", {{"reason", "rehearsal"}, {"target", {{"server", "ehr"}}}}), "ok");
  day.expect("a server's clear", with_end({"control/ClearSessions/granted", "clear/server/granted"}));
  day.opened_by_the_ehr();
  EXPECT_EQ(day.control("SetAppEnabled", {{"app", "vitals"}, {"enabled", false}, {"reason", "rollback"}}), "ok");
  day.expect("the switch", with_end({"control/SetAppEnabled/granted", "clear/app/granted"}));
  EXPECT_EQ(day.control("SetAppEnabled", {{"app", "vitals"}, {"enabled", true}, {"reason", "mended"}}), "ok");
  day.expect("the switch back", {"control/SetAppEnabled/granted"});
  day.opened_by_the_ehr();
  EXPECT_EQ(day.site.stop(), 0);
  day.expect("a stop", with_end({"clear/login_session/granted", "stop/stopped/granted"}));
}

void control_calls(AuditDay& day) {
  day.start();
  for (const std::string method : {"Status", "Launches", "VerifyAudit"}) {
    EXPECT_EQ(day.control(method), "ok");
    day.expect(method, {"control/" + method + "/granted"});
  }
  EXPECT_EQ(day.control("VerifyApp", {{"app", "vitals"}, {"server", "ehr"}}), "ok");
  day.expect("VerifyApp", {"control/VerifyApp/granted"});
  EXPECT_EQ(day.control("AcceptServer", {{"server", "ehr"}, {"reason", "none"}, {"changed_digest", "0"}}),
            "InvalidTarget");
  day.expect("AcceptServer", {"control/AcceptServer/denied"});
  EXPECT_EQ(day.control("ReportLock", {{"reason", "ehr_lock"}, {"target", {{"app", "nobody's"}}}}), "InvalidTarget");
  day.expect("a lock of nothing", {"control/ReportLock/denied"});
}

void reloads(AuditDay& day) {
  day.start();
  day.settings.advice = "Other words.";
  day.site.write_config(day.settings);
  EXPECT_EQ(day.control("Reload"), "ok");
  day.expect("Reload", {"control/Reload/granted"});
  EXPECT_TRUE(day.entry("control").value("detail", "").ends_with(": app vitals changed")) << day.last;
  ::kill(day.site.wardend().pid(), SIGHUP);
  day.expect("a reload by systemd", {"service/reload/granted"});
  EXPECT_TRUE(day.entry("service").value("detail", "").ends_with(": nothing")) << day.last;
  day.settings.more += "nonsense = 1\n";
  day.site.write_config(day.settings);
  ::kill(day.site.wardend().pid(), SIGHUP);
  day.expect("a reload that is not taken", {"service/reload/denied"});
  EXPECT_EQ(day.entry("service").value("result", ""), "ConfigInvalid");
  EXPECT_TRUE(day.entry("service").value("detail", "").contains("nonsense")) << day.last;
}

void strangers(AuditDay& day) {
  day.start();
  const std::string session = "s";
  const json accesses = json::array({a_read()});
  const struct {
    std::string method;
    json parameters;
    std::string entry;
    uid_t uid;
  } calls[] = {
      {"Broker.GetToken", json::object(), "token/issue/denied", 65534},
      {"Broker.AuthorizeWrite", creation(session, observation("patient-1")), "write/create/denied", 65534},
      {"Broker.RecordAccess", {{"session", session}, {"accesses", accesses}}, "access/refused/denied", 65534},
      {"Broker.ParkWork", {{"session", session}, {"label", "l"}, {"data", "d"}}, "work/park/denied", 65534},
      {"Broker.BeginLaunch", json::object(), "service/caller_refused/denied", 65533},
      {"Broker.GetSession", {{"session", session}}, "service/caller_refused/denied", 65533},
      {"Broker.EndSession", {{"session", session}}, "service/caller_refused/denied", 65533},
      {"Control.Status", json::object(), "control/Status/denied", 65533},
  };
  for (const auto& call : calls) {
    EXPECT_EQ(day.called_as(call.uid, call.method, call.parameters), "NotAuthorized") << call.method;
    day.expect(call.method, {call.entry});
    EXPECT_EQ(day.newest().value("uid", 0U), call.uid) << call.method;
  }
  EXPECT_EQ(day.called_as(65534, "Broker.ListSessions", json::object()), "NotAuthorized");
  day.expect("more kinds than are told apart of one user", {"service/others/denied"});
}

}  // namespace

std::vector<Day> days_of_operators() {
  using enum AuditAct;
  return {
      {"WaysToLoseAccess",
       ways_to_lose_access,
       {control_report_lock, control_clear_sessions, control_set_app_enabled, clear_login_session, clear_app,
        clear_server, session_end, stop_stopped}},
      {"ControlCalls",
       control_calls,
       {control_status, control_launches, control_verify_audit, control_verify_app, control_accept_server}},
      {"Reloads", reloads, {control_reload, service_reload}},
      {"Strangers", strangers, {service_caller_refused, service_others}},
  };
}

}  // namespace wardend::test

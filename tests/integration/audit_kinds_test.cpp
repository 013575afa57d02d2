// A day of one workstation: whatever happens, the trail has exactly the entries of it, and no more.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/audit_acts.hpp"
#include "base/encoding.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

using Texts = std::vector<std::string>;

class AuditKinds : public Writing {
 protected:
  AuditKinds() {
    settings.fhir_base = ehr.fhir_base();
    settings.scopes = writing_scopes();
    ehr.set("records", {{"path", "Patient/patient-1"}, {"resource", patient("patient-1")}});
  }
  // What came since this was called last: kind/action/outcome, sorted. Waits until there are so many, and until nothing
  // waits any more.
  Texts news(std::size_t expected) {
    std::vector<json> lines;
    static_cast<void>(eventually([&] {
      lines = all_lines();
      return lines.size() >= seen_ + expected && site.metric("wardend_audit_backlog{sink=\"file\"}") <= 0;
    }));
    Texts found;
    last.assign(lines.begin() + static_cast<std::ptrdiff_t>(std::min(seen_, lines.size())), lines.end());
    for (const json& line : last) {
      const std::string kind = line.value("kind", "");
      const std::string action = line.value("action", "");
      EXPECT_TRUE(find_act(kind, action)) << "no act: " << line;
      EXPECT_EQ(line.value("organization", ""), "St Elsewhere") << line;
      EXPECT_EQ(line.value("purpose_of_use", ""), "TREAT") << line;
      EXPECT_NE(line.value("host", ""), "") << line;
      EXPECT_EQ(line.contains("server"), line.contains("fhir_base_url")) << line;
      found.push_back(kind + "/" + action + (line.contains("outcome") ? "/" + line.value("outcome", "") : ""));
    }
    std::ranges::sort(found);
    seen_ = lines.size();
    return found;
  }
  void expect(const std::string& what, Texts entries) {
    std::ranges::sort(entries);
    EXPECT_EQ(news(entries.size()), entries) << what;
  }
  // The last one of that kind among the news.
  [[nodiscard]] json entry(const std::string& kind) const {
    for (const json& line : last)
      if (line.value("kind", "") == kind) return line;
    return json::object();
  }
  std::string control(const std::string& method, const json& parameters = json::object()) {
    auto client = site.control();
    const auto reply = client.call("org.wardend.Control." + method, parameters);
    return reply ? "ok" : reply.error().error.substr(reply.error().error.rfind('.') + 1);
  }
  std::string app(const std::string& method, const json& parameters) {
    const auto answered = broker().call("org.wardend.Broker." + method, parameters);
    reply = answered ? *answered : json::parse(answered.error().parameters_json, nullptr, false);
    return answered ? "ok" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
  }
  // By a Unix user whom no rule names. The system call changes this thread alone, the C library's function all of them.
  std::string called_as(uid_t uid, const std::string& method, const json& parameters) const {
    std::string error;
    std::thread([&] {
      if (::syscall(SYS_setresuid, uid, uid, uid) != 0) return;
      auto client = method.starts_with("Control.") ? site.control() : site.broker();
      error = refused(client, method, parameters);
    }).join();
    return error;
  }
  void launched() {
    id = site.launched_session();
    expect("a launch", {"launch/standalone/granted", "patient/check/granted"});
  }

  void opened_by_the_ehr() {
    EXPECT_EQ(click("patient=patient-1").status, 200);
    expect("the EHR's launch", {"launch/ehr/granted", "patient/check/granted"});
    id = entry("launch").value("session", "");
  }

  Settings settings;
  std::string id;
  std::vector<json> last;

 private:
  [[nodiscard]] std::vector<json> all_lines() const {
    std::vector<json> lines;
    std::ifstream in(site.audit());
    for (std::string line; std::getline(in, line);)
      if (json parsed = json::parse(line, nullptr, false); parsed.is_object()) lines.push_back(std::move(parsed));
    return lines;
  }
  std::size_t seen_ = 0;
};

const json a_read = {
    {"interaction", "read"}, {"resource", "Observation/7"}, {"patient", "patient-1"}, {"outcome", "success"}};

TEST_F(AuditKinds, EachThingThatAnAppDoesIsOneEntry) {
  start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
  launched();
  EXPECT_EQ(answer({{"session", id}}), "token");
  expect("a token", {"token/issue/granted"});
  EXPECT_EQ(entry("token").value("patient", ""), "patient-1");
  EXPECT_EQ(answer({{"session", id}, {"patient", "patient-2"}}), "PatientMismatch");
  expect("a refusal", {"token/issue/denied"});
  EXPECT_EQ(answer({{"session", id}}), "token");
  ASSERT_EQ(answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}}), "token");
  expect("a refresh, and its token", {"refresh/refresh/granted", "token/issue/granted"});
  EXPECT_EQ(entry("token").value("count", 0), 2) << "with the second one, that was counted";

  json search = a_read;
  search.merge_patch({{"interaction", "search"},
                      {"resource", "Observation"},
                      {"query", "code=8867-4"},
                      {"outcome", "denied"},
                      {"patient", "patient-2"}});
  EXPECT_EQ(app("RecordAccess", {{"session", id}, {"accesses", {a_read, search}}}), "ok");
  EXPECT_EQ(reply.value("recorded", 0), 2);
  expect("two accesses", {"access/read/granted", "access/search/denied"});
  EXPECT_EQ(last.back().value("patient", ""), "patient-2");
  EXPECT_TRUE(last.back().value("detail", "").contains("another patient")) << last.back();
  EXPECT_EQ(last.back().value("query", ""), "code=8867-4");
  search["resource"] = "Nonsense";
  EXPECT_EQ(app("RecordAccess", {{"session", id}, {"accesses", {a_read, search}}}), "InvalidRequest");
  EXPECT_EQ(reply.value("field", ""), "accesses[1].resource");
  expect("an access that is none", {"access/refused/denied"});

  EXPECT_EQ(authorized(creation(id, observation("patient-2"))), "ResourceRejected");
  expect("a write that is refused", {"write/create/denied"});
  EXPECT_EQ(authorized(creation(id, observation("patient-1"))), "permitted") << told;
  expect("a permit", {"write/create/granted"});
  EXPECT_EQ(entry("write").value("interaction", ""), "create");
  EXPECT_EQ(entry("write").value("resource", ""), "Observation");
  EXPECT_EQ(record(told.at("permit"), "failure"), "recorded");
  expect("an outcome", {"write/outcome/denied"});
  EXPECT_EQ(entry("write").value("reason", ""), "failure");

  EXPECT_EQ(app("ParkWork", {{"session", id}, {"label", "note"}, {"data", "unfinished"}}), "ok");
  expect("work", {"work/park/granted"});
  EXPECT_EQ(app("ResumeWork", {{"session", id}}), "ok");
  expect("work again", {"work/resume/granted"});

  EXPECT_EQ(app("EndSession", {{"session", id}}), "ok");
  expect("an end", {"session_end/end/granted", "revocation/refresh_token/granted"});
  EXPECT_EQ(entry("session_end").value("tokens", 0), 3);
  EXPECT_EQ(entry("session_end").value("accesses", 0), 2);
  EXPECT_EQ(entry("session_end").value("reason", ""), "ended_by_app");
}

TEST_F(AuditKinds, EachWayToLoseAccessIsOneEntryAndOneASession) {
  start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
  const Texts end = {"session_end/end/granted", "revocation/refresh_token/granted"};
  const auto with_end = [&](Texts more) {
    more.insert(more.end(), end.begin(), end.end());
    return more;
  };
  launched();
  EXPECT_EQ(answer({{"session", id}}), "token");
  expect("a token", {"token/issue/granted"});
  EXPECT_EQ(control("ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}), "ok");
  expect("a lock, also of all who hold nothing",
         with_end({"control/ReportLock/granted", "clear/login_session/granted", "clear/login_session/granted"}));
  EXPECT_EQ(entry("session_end").value("accesses", -1), 0);
  EXPECT_TRUE(entry("session_end").value("detail", "").contains("the app recorded no access"));
  EXPECT_EQ(app("RecordAccess", {{"session", id}, {"accesses", {a_read}}}), "ok") << reply;
  expect("what was read before the lock", {"access/read/granted"});
  opened_by_the_ehr();
  EXPECT_EQ(control("ClearSessions", {{"reason", "rehearsal"}, {"target", {{"app", "vitals"}}}}), "ok");
  expect("an app's clear", with_end({"control/ClearSessions/granted", "clear/app/granted"}));
  opened_by_the_ehr();
  EXPECT_EQ(control("ClearSessions", {{"reason", "rehearsal"}, {"target", {{"server", "ehr"}}}}), "ok");
  expect("a server's clear", with_end({"control/ClearSessions/granted", "clear/server/granted"}));
  opened_by_the_ehr();
  EXPECT_EQ(control("SetAppEnabled", {{"app", "vitals"}, {"enabled", false}, {"reason", "rollback"}}), "ok");
  expect("the switch", with_end({"control/SetAppEnabled/granted", "clear/app/granted"}));
  EXPECT_EQ(control("SetAppEnabled", {{"app", "vitals"}, {"enabled", true}, {"reason", "mended"}}), "ok");
  expect("the switch back", {"control/SetAppEnabled/granted"});
  opened_by_the_ehr();
  EXPECT_EQ(site.stop(), 0);
  expect("a stop", with_end({"clear/login_session/granted", "stop/stopped/granted"}));
}

TEST_F(AuditKinds, EachControlCallIsOneEntryAReadOfTheTrailToo) {
  start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
  EXPECT_EQ(control("Status"), "ok");
  expect("Status", {"control/Status/granted"});
  EXPECT_EQ(control("Launches"), "ok");
  expect("Launches", {"control/Launches/granted"});
  EXPECT_EQ(control("VerifyApp", {{"app", "vitals"}, {"server", "ehr"}}), "ok");
  expect("VerifyApp", {"control/VerifyApp/granted"});
  EXPECT_EQ(control("VerifyAudit"), "ok");
  expect("VerifyAudit", {"control/VerifyAudit/granted"});
  EXPECT_EQ(control("AcceptServer", {{"server", "ehr"}, {"reason", "none"}, {"changed_digest", "0"}}), "InvalidTarget");
  expect("AcceptServer", {"control/AcceptServer/denied"});
  EXPECT_EQ(control("ReportLock", {{"reason", "ehr_lock"}, {"target", {{"app", "nobody's"}}}}), "InvalidTarget");
  expect("a lock of nothing", {"control/ReportLock/denied"});

  settings.advice = "Other words.";
  site.write_config(settings);
  EXPECT_EQ(control("Reload"), "ok");
  expect("Reload", {"control/Reload/granted"});
  EXPECT_TRUE(entry("control").value("detail", "").ends_with(": app vitals changed")) << last;
  ::kill(site.wardend().pid(), SIGHUP);
  expect("a reload by systemd", {"service/reload/granted"});
  EXPECT_TRUE(entry("service").value("detail", "").ends_with(": nothing")) << last;
  settings.more += "nonsense = 1\n";
  site.write_config(settings);
  ::kill(site.wardend().pid(), SIGHUP);
  expect("a reload that is not taken", {"service/reload/denied"});
  EXPECT_EQ(entry("service").value("result", ""), "ConfigInvalid");
  EXPECT_TRUE(entry("service").value("detail", "").contains("nonsense")) << last;
}

TEST_F(AuditKinds, AStrangersCallIsOneEntryWhicheverItIs) {
  start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
  const std::string session = "s";
  const struct {
    std::string method;
    json parameters;
    std::string entry;
    uid_t uid;
  } calls[] = {
      {"Broker.GetToken", json::object(), "token/issue/denied", 65534},
      {"Broker.AuthorizeWrite", creation(session, observation("patient-1")), "write/create/denied", 65534},
      {"Broker.RecordAccess", {{"session", session}, {"accesses", {a_read}}}, "access/refused/denied", 65534},
      {"Broker.ParkWork", {{"session", session}, {"label", "l"}, {"data", "d"}}, "work/park/denied", 65534},
      {"Broker.BeginLaunch", json::object(), "service/caller_refused/denied", 65533},
      {"Broker.GetSession", {{"session", session}}, "service/caller_refused/denied", 65533},
      {"Broker.EndSession", {{"session", session}}, "service/caller_refused/denied", 65533},
      {"Control.Status", json::object(), "control/Status/denied", 65533},
  };
  for (const auto& call : calls) {
    EXPECT_EQ(called_as(call.uid, call.method, call.parameters), "NotAuthorized") << call.method;
    expect(call.method, {call.entry});
    EXPECT_EQ(last.back().value("uid", 0U), call.uid) << call.method;
  }
}

TEST_F(AuditKinds, EachLaunchThatComesToNothingIsOneEntry) {
  start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
  EXPECT_EQ(app("BeginLaunch", {{"server", "nowhere"}}), "UnknownServer");
  expect("a server that nobody knows", {"launch/standalone/denied"});
  const Begun begun = begin();
  EXPECT_NE(browser.step(site.loopback() + "/callback?code=c&state=wrong").status, 200);
  EXPECT_EQ(browser.open(begun.address).status, 200) << "a stranger's answer ends nobody's launch";
  expect("the launch goes on", {"launch/standalone/granted", "patient/check/granted"});
  opened_by_the_ehr();
  ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
  static_cast<void>(launch_error());
  expect("a code that is refused", {"launch/standalone/denied"});
  EXPECT_EQ(entry("launch").value("result", ""), "LaunchFailed");
  EXPECT_EQ(entry("launch").value("reason", ""), "invalid_grant") << last;
}

}  // namespace
}  // namespace wardend::test

// What apps do, and what becomes of it.
#include <algorithm>

#include "base/encoding.hpp"
#include "tests/integration/audit/audit_day.hpp"

namespace wardend::test {
namespace {

void tokens_and_accesses(AuditDay& day) {
  day.start();
  day.launched();
  EXPECT_EQ(day.answer({{"session", day.id}}), "token");
  day.expect("a token", {"token/issue/granted"});
  EXPECT_EQ(day.entry("token").value("patient", ""), "patient-1");
  EXPECT_EQ(day.answer({{"session", day.id}, {"patient", "patient-2"}}), "PatientMismatch");
  day.expect("a refusal", {"token/issue/denied"});
  EXPECT_EQ(day.answer({{"session", day.id}}), "token");
  ASSERT_EQ(day.answer({{"session", day.id}, {"rejected", hex(sha256(day.reply.value("access_token", "")))}}), "token");
  day.expect("a refresh, and its token", {"refresh/refresh/granted", "token/issue/granted"});
  EXPECT_EQ(day.entry("token").value("count", 0), 2) << "with the second one, that was counted";

  json search = a_read();
  search.merge_patch({{"interaction", "search"},
                      {"resource", "Observation"},
                      {"query", "code=8867-4"},
                      {"outcome", "denied"},
                      {"request_id", "r-1"},
                      {"patient", "patient-2"}});
  EXPECT_EQ(day.app("RecordAccess", {{"session", day.id}, {"accesses", {a_read(), search}}}), "ok");
  EXPECT_EQ(day.reply.value("recorded", 0), 2);
  day.expect("two accesses", {"access/read/granted", "access/search/denied"});
  const json searched = day.newest();
  EXPECT_EQ(searched.value("patient", ""), "patient-2");
  EXPECT_TRUE(searched.value("detail", "").contains("another patient")) << searched;
  EXPECT_EQ(searched.value("query", ""), "code=8867-4");
  EXPECT_EQ(searched.value("request_id", ""), "r-1");
  search["resource"] = "Nonsense";
  EXPECT_EQ(day.app("RecordAccess", {{"session", day.id}, {"accesses", {a_read(), search}}}), "InvalidRequest");
  EXPECT_EQ(day.reply.value("field", ""), "accesses[1].resource");
  day.expect("an access that is none", {"access/refused/denied"});

  EXPECT_EQ(day.app("EndSession", {{"session", day.id}}), "ok");
  day.expect("an end", with_end({}));
  const json end = day.entry("session_end");
  EXPECT_EQ(end.value("tokens", 0), 3);
  EXPECT_EQ(end.value("accesses", 0), 2);
  EXPECT_EQ(end.value("reason", ""), "ended_by_app");
}

void every_interaction(AuditDay& day) {
  day.start();
  day.launched();
  const std::pair<const char*, const char*> done[] = {
      {"vread", "Observation/7/_history/2"}, {"create", "Observation"},
      {"update", "Observation/7"},           {"patch", "Observation/7"},
      {"delete", "Observation/7"},           {"operation", "Patient/patient-1/$everything"}};
  json accesses = json::array();
  Texts entries;
  for (const auto& [interaction, resource] : done) {
    accesses.push_back(a_read());
    accesses.back().update({{"interaction", interaction}, {"resource", resource}});
    entries.push_back("access/" + std::string(interaction) + "/granted");
  }
  EXPECT_EQ(day.app("RecordAccess", {{"session", day.id}, {"accesses", accesses}}), "ok") << day.reply;
  day.expect("an entry for each", entries);
}

void unfinished_work(AuditDay& day) {
  day.settings.app = "[app.session]\npark_ttl = \"2s\"\n";
  day.start();
  day.launched();
  const json work = {{"session", day.id}, {"label", "note"}, {"data", "unfinished"}};
  EXPECT_EQ(day.app("ParkWork", work), "ok");
  day.expect("work", {"work/park/granted"});
  EXPECT_EQ(day.app("ResumeWork", {{"session", day.id}}), "ok");
  day.expect("work again", {"work/resume/granted"});
  EXPECT_EQ(day.app("ParkWork", work), "ok");
  day.expect("work that nobody fetches", {"work/park/granted", "work/expire/granted"});
  EXPECT_EQ(day.newest().value("reason", ""), "park_ttl");
}

void launches_that_come_to_nothing(AuditDay& day) {
  day.start();
  EXPECT_EQ(day.app("BeginLaunch", {{"server", "nowhere"}}), "UnknownServer");
  day.expect("a server that nobody knows", {"launch/standalone/denied"});
  const std::string wrong = day.site.loopback() + "/callback?code=c&state=wrong";
  const auto begun = day.begin();
  EXPECT_NE(Browser(day.site.folder() / "stranger").step(wrong).status, 200);
  EXPECT_EQ(day.browser.open(begun.address).status, 200) << "a stranger's answer ends nobody's launch";
  day.expect("the launch goes on", {"launch/standalone/granted", "patient/check/granted"});
  day.opened_by_the_ehr();
  day.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
  static_cast<void>(day.launch_error());
  day.expect("a code that is refused", {"launch/standalone/denied"});
  EXPECT_EQ(day.entry("launch").value("result", ""), "LaunchFailed");
  EXPECT_EQ(day.entry("launch").value("reason", ""), "invalid_grant") << day.last;
}

// The server's words on who it is about.
void another_user_and_another_patient(AuditDay& day) {
  day.start();
  day.launched();
  EXPECT_EQ(day.answer({{"session", day.id}}), "token");
  day.expect("a token", {"token/issue/granted"});
  day.ehr.set("config", {{"fhir_user", "person"}});
  ASSERT_EQ(day.answer({{"session", day.id}, {"rejected", hex(sha256(day.reply.value("access_token", "")))}}), "token");
  day.expect("a user of another type", {"refresh/refresh/granted", "refresh/odd_user/denied", "token/issue/granted"});
  day.lay_down(
      "Patient/patient-1",
      patient("patient-1",
              {{"link", json::array({{{"type", "replaced-by"}, {"other", {{"reference", "Patient/patient-2"}}}}})}}));
  EXPECT_EQ(day.click("patient=patient-1").status, 200);
  day.expect("a record that is replaced", {"launch/ehr/granted", "patient/check/denied"});
  EXPECT_EQ(day.entry("patient").value("reason", ""), "conflict") << day.last;
}

void a_session_without_a_refresh_token(AuditDay& day) {
  std::erase(day.settings.scopes, "offline_access");
  day.start();
  day.launched();
  EXPECT_EQ(day.app("EndSession", {{"session", day.id}}), "ok");
  day.expect("an end", {"session_end/end/granted", "revocation/access_token/granted"});
  EXPECT_EQ(day.control("ReportLock", {{"reason", "ehr_lock"}, {"target", {{"session", day.id}}}}), "ok");
  day.expect("a lock of it, that its app may not launch again",
             {"control/ReportLock/granted", "clear/session/granted"});
}

}  // namespace

std::vector<Day> days_of_apps() {
  using enum AuditAct;
  return {
      {"TokensAndAccesses",
       tokens_and_accesses,
       {rotation_begun, start_started, launch_standalone, patient_check, token_issue, refresh_refresh, access_read,
        access_search, access_refused, session_end, revocation_refresh_token}},
      {"EveryInteraction",
       every_interaction,
       {access_vread, access_create, access_update, access_patch, access_delete, access_operation}},
      {"UnfinishedWork", unfinished_work, {work_park, work_resume, work_expire}},
      {"LaunchesThatComeToNothing", launches_that_come_to_nothing, {launch_standalone, launch_ehr}},
      {"AnotherUserAndAnotherPatient", another_user_and_another_patient, {refresh_odd_user, patient_check}},
      {"ASessionWithoutARefreshToken", a_session_without_a_refresh_token, {revocation_access_token, clear_session}},
  };
}

}  // namespace wardend::test

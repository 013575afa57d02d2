// What people see, in a real browser: every page of the loopback listener at the widths of a desktop, of a telephone
// and of a window at 400 %, in light and in dark, before an accessibility checker.
#include "tests/integration/page_judge.hpp"
#include "tests/integration/scenario.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class PageLooks : public Scenario {
 protected:
  // The whole way of a launch that the app begins; the page at its end.
  [[nodiscard]] PageJudge::View launched(const json& parameters = json::object()) {
    auto anew = site.broker();  // a connection from before a lock is of an ended epoch
    return screen.visit(ask(anew, "Broker.BeginLaunch", parameters).value("authorization_url", ""));
  }
  [[nodiscard]] PageJudge::View clicked(const std::string& context) const {
    return screen.visit(ehr.address() + "/ehr/launch?app_url=" + site.loopback() + "/launch/vitals&" + context);
  }
  void expect(const PageJudge::View& view, const std::string& words, const std::string& name) const {
    EXPECT_TRUE(view.text.contains(words)) << name << ": " << view.status << " " << view.address << "\n" << view.text;
    screen.judge(name);
  }
  PageJudge screen{site};
};

TEST_F(PageLooks, TheStatusPageNamesNobodyAndIsReadableSlowly) {
  start();
  const std::string session = site.launched_session();
  const std::string address = site.loopback() + "/status";
  ASSERT_TRUE(eventually([&] { return screen.visit(address).text.contains("ehr works"); }));
  screen.judge("status-well");
  ehr.set("down", {{"down", true}});
  ASSERT_TRUE(eventually([&] { return screen.visit(address).text.contains("ehr cannot be used"); }));
  screen.judge("status-down");
  const std::string told = screen.look().text;
  for (const std::string& personal :
       {session, std::string("patient-1"), std::string("ractitioner"), std::string("root")})
    EXPECT_FALSE(told.contains(personal)) << personal << "\n" << told;
  const json status = json::parse(site.wardctl({"--json", "status"}).out, nullptr, false);
  ASSERT_TRUE(status.is_object());
  for (const auto& row : status.at("sessions")) {
    const std::string login = row.value("login_session", "");
    EXPECT_TRUE(login.empty() || !told.contains(login)) << login << "\n" << told;
  }
}

TEST_F(PageLooks, TheStatusPageOfAMachineThatIsNotReadySlowly) {
  start({.lock_sources = "\"control\", \"logind\"", .app = "enabled = false"});
  const auto view = screen.visit(site.loopback() + "/status");
  EXPECT_TRUE(view.text.contains("Apps that are switched off")) << view.text;
  expect(view, "wardend is not ready", "status-not-ready");
}

TEST_F(PageLooks, ALaunchThatWorkedSlowly) {
  start();
  expect(clicked("patient=patient-1"), "Signed in", "signed-in");
  expect(screen.visit(site.loopback() + "/done"), "The launch is finished", "done");
}

TEST_F(PageLooks, ALaunchWithoutAllThatWasAskedForSlowly) {
  ehr.set("profile", {{"name", "cerner-v1"}});
  start({.oauth = "scope_syntax = \"v2\""});
  expect(launched(), "The EHR did not allow the app to:", "signed-in-less");
}

// Nobody clears a page in a browser. It clears itself, and a way back shows nothing.
TEST_F(PageLooks, APageThatIsLeftOpenShowsNobodyAfterALockSlowly) {
  start();
  const auto view = clicked("patient=patient-1");
  ASSERT_TRUE(view.text.contains("patient-1")) << view.text;
  ASSERT_EQ(site.wardctl({"lock"}).exit_code, 0);
  const auto shows_nobody = [](const PageJudge::View& now) {
    return !now.text.empty() && !now.text.contains("patient-1") && !now.text.contains("ractitioner");
  };
  EXPECT_TRUE(eventually([&] { return shows_nobody(screen.look()); }, 25s)) << screen.look().text;
  EXPECT_TRUE(screen.look().address.ends_with("/done")) << screen.look().address;
  const auto again = screen.back();
  EXPECT_TRUE(shows_nobody(again)) << again.address << "\n" << again.text;
  screen.judge("back-after-a-lock");
}

struct Kind {
  const char* name;
  json fault;
  const char* words;
};

TEST_F(PageLooks, EachKindOfFailureOnTheWaySlowly) {
  const json authorize = {{"at", "authorize"}, {"kind", "status"}};
  const auto refused = [&](const char* error) {
    json fault = authorize;
    fault["oauth_error"] = error;
    return fault;
  };
  const auto flaw = [](const char* which) { return json{{"at", "token"}, {"kind", "id_token"}, {"flaw", which}}; };
  const Kind table[] = {
      {"cancelled", refused("access_denied"), "The sign-in was cancelled, or the EHR did not allow it."},
      {"busy", refused("temporarily_unavailable"), "The EHR cannot sign you in right now."},
      {"refused", refused("unauthorized_client"), "The EHR refused to let this app sign in."},
      {"scopes", refused("invalid_scope"), "The EHR does not let this app have what it asks for."},
      {"token-down", {{"at", "token"}, {"kind", "status"}, {"status", 503}}, "The EHR could not finish the sign-in"},
      {"client",
       {{"at", "token"}, {"kind", "status"}, {"status", 401}, {"oauth_error", "invalid_client"}},
       "The EHR does not accept this app."},
      {"clock", flaw("issued_in_future"), "The clock of this workstation and the clock of the EHR do not agree."},
      {"identity", flaw("bad_signature"), "It could not be confirmed who signed in."},
      {"wrong-state",
       {{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"state", "undefined"}}}},
       "The EHR's answer does not fit this launch."},
      {"no-code", {{"at", "authorize"}, {"kind", "omit"}, {"fields", {"code"}}}, "The EHR's answer cannot be read."},
  };
  start();
  for (const Kind& kind : table) {
    ehr.fault(kind.fault);
    expect(launched(), kind.words, kind.name);
    ehr.no_faults();
  }
  expect(clicked("patient="), "The EHR named no patient.", "no-patient");
}

TEST_F(PageLooks, ALaunchThatIsRefusedForItsScopesSlowly) {
  ehr.set("profile", {{"name", "cerner-v1"}});
  start({.oauth = "scope_syntax = \"v2\"", .app = "on_scope_shortfall = \"refuse\""});
  expect(launched(), "The EHR does not let this app have all that it needs.", "scope-not-granted");
}

TEST_F(PageLooks, ALaunchForARecordThatWasReplacedSlowly) {
  const json record =
      patient("patient-1",
              {{"link", json::array({{{"type", "replaced-by"}, {"other", {{"reference", "Patient/patient-2"}}}}})}});
  ehr.set("records", {{"path", "Patient/patient-1"}, {"resource", record}});
  start({.scopes = writing_scopes(), .app = "require_verified_patient = true"});
  const auto view = clicked("patient=patient-1");
  EXPECT_FALSE(view.text.contains("patient-2")) << view.text;
  expect(view, "The EHR's record of this patient could not be confirmed.", "patient-unverified");
}

// Somebody clicks on and on, and never signs in.
TEST_F(PageLooks, OneLaunchTooManySlowly) {
  start();
  const std::vector<std::string> of_a_click = {"Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate",
                                               "Sec-Fetch-Dest: document", "Sec-Fetch-User: ?1"};
  const auto address = [&](int click) {
    return site.loopback() + "/launch/vitals?iss=" + ehr.fhir_base() + "&launch=click-" + std::to_string(click);
  };
  int clicks = 0;
  while (clicks < 40 && request(address(clicks), {}, of_a_click).status != 429) ++clicks;
  EXPECT_EQ(clicks, 30);
  const auto view = screen.visit(address(clicks + 1));
  EXPECT_EQ(view.status, 429);
  expect(view, "Too many launches were begun in a short time.", "rate-limited");
}

TEST_F(PageLooks, WhatBeginsNoLaunchSlowly) {
  start();
  const auto at = [&](const std::string& path) { return screen.visit(site.loopback() + path); };
  const std::string launch = "?iss=" + ehr.fhir_base() + "&launch=x";
  expect(at("/launch/other" + launch), "No such app is set up on this workstation.", "no-such-app");
  expect(at("/launch/vitals/" + launch), "The EHR's launch address is not quite right.", "slash");
  expect(at("/launch/vitals?iss=https://" + std::string(200, 'w') + ".example.org/fhir&launch=x"), "For IT: reference",
         "another-ehr");
  expect(at("/"), "The EHR opens addresses like this one to launch apps.", "nothing-here");
  expect(at("/callback?code=c&state=s"), "For IT: reference", "no-launch-of-ours");
  ASSERT_EQ(site.wardctl({"lock"}).exit_code, 0);
  expect(launched(), "Nobody has signed in to the EHR since this workstation was last locked.", "held");
  ehr.set("down", {{"down", true}});
  ASSERT_TRUE(
      eventually([&] { return at("/launch/vitals" + launch).text.contains("The EHR cannot be reached since"); }));
  screen.judge("down");
}

TEST_F(PageLooks, AnAppThatIsSwitchedOffSlowly) {
  start({.app = "enabled = false"});
  expect(screen.visit(site.loopback() + "/launch/vitals?iss=" + ehr.fhir_base() + "&launch=x"),
         "Vitals trend is switched off on this workstation.", "switched-off");
}

}  // namespace
}  // namespace wardend::test

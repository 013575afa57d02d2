// The launch and the browser's way back, step by step.

#include "tests/integration/cookies.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class RedirectScenario : public Scenario {
 protected:
  // Opens the EHR's address; where it leads back to.
  [[nodiscard]] std::string ehrs_answer(const Begun& begun) const { return browser.step(begun.address).address; }
  [[nodiscard]] std::size_t exchanges() const { return ehr.asked("/oauth/token").size(); }
  // The error with which the launch `id` ended, its code among its members.
  std::string outcome(const std::string& id) {
    const auto waited = broker().call("org.wardend.Broker.AwaitLaunch", {{"launch_id", id}});
    return waited ? "session" : waited.error().error + waited.error().parameters_json;
  }
};

TEST_F(RedirectScenario, AnEhrLaunchSendsLaunchAndAudAsTheyCameAndEndsInItsContext) {
  start();
  const Page click_leads_to = request(ehr.address() + "/ehr/launch?app_url=" + site.loopback() +
                                      "/launch/vitals&patient=patient-7&encounter=encounter-3&user=practitioner-2");
  const auto given = query_of(click_leads_to.address);
  const Page to_ehr = browser.step(click_leads_to.address);
  const auto sent = query_of(to_ehr.address);
  EXPECT_EQ(sent.at("launch"), given.at("launch"));
  EXPECT_EQ(sent.at("aud"), given.at("iss"));
  EXPECT_TRUE((" " + sent.at("scope") + " ").contains(" launch "));
  const Page back = browser.step(to_ehr.address);
  EXPECT_EQ(browser.step(back.address).status, 200);
  const json sessions = ask(broker(), "Broker.ListSessions").at("sessions");
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].value("/context/patient"_json_pointer, ""), "patient-7");
  EXPECT_EQ(sessions[0].value("/context/encounter"_json_pointer, ""), "encounter-3");
}

TEST_F(RedirectScenario, AnIssOffTheAllowListCausesNoTraffic) {
  const Sandbox stranger(site, 300);
  start({.health = "interval = \"1h\""});
  ASSERT_TRUE(eventually([&] { return !ehr.asked("/fhir/.well-known/smart-configuration").empty(); }));
  ehr.forget();
  const Page page = browser.open(site.loopback() + "/launch/vitals?iss=" + stranger.fhir_base() + "&launch=x");
  EXPECT_EQ(page.status, 403) << page.body;
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", {{"iss", stranger.fhir_base()}, {"launch", "x"}}), "UnknownServer");
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"launch\"", "UnknownServer", "denied"}); }));
  EXPECT_EQ(stranger.log().at("requests").size(), 0U);
  EXPECT_EQ(ehr.log().at("requests").size(), 0U);
}

TEST_F(RedirectScenario, ALaunchThatIsIncompleteRepeatedOrNineKilobytesLongIsRejected) {
  start();
  const std::string iss = "iss=" + ehr.fhir_base();
  for (const std::string& query :
       {iss, std::string("launch=x"), iss + "&launch=x&launch=y", iss + "&" + iss + "&launch=x",
        iss + "&launch=" + std::string(9 * 1024, 'x'), std::string()}) {
    const Page page = browser.step(site.loopback() + "/launch/vitals?" + query);
    EXPECT_GE(page.status, 400) << query.substr(0, 99) << page.address;
    EXPECT_LT(page.status, 500) << query.substr(0, 99);
  }
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", {{"iss", ehr.fhir_base()}}), "InvalidRequest");
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", {{"launch", "x"}}), "InvalidRequest");
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", {{"iss", ehr.fhir_base()}, {"launch", std::string(9 * 1024, 'x')}}),
            "InvalidRequest");
}

TEST_F(RedirectScenario, AStandaloneLaunchHasNoLaunchParameterAndAsksForAPatient) {
  start();
  const Begun begun = begin();
  EXPECT_FALSE(begun.query.contains("launch"));
  EXPECT_TRUE((begun.query.at("scope") + " ").contains("launch/patient "));
}

TEST_F(RedirectScenario, TwoLaunchesAtOnceSendEachCodeToItsOwnServer) {
  const Sandbox other(site, 300);
  start({.more = "[[server]]\nname = \"lab\"\nfhir_base_url = \"" + other.fhir_base() +
                 "\"\n\n[[app]]\nid = \"results\"\nname = \"Results\"\nservers = [\"lab\"]\nclient_id = \"results\"\n"
                 "identity = \"none\"\nlaunch = [\"standalone\"]\n[[app.peer]]\nuser = \"root\"\n[[app.scope]]\n"
                 "scope = \"patient/Observation.rs\"\naction = \"test\"\napproved_by = \"Board\"\n"
                 "approved_on = 2026-05-04\n"});
  const Begun first = begin({{"app", "vitals"}});
  const Begun second = begin({{"app", "results"}});
  const Begun third = begin({{"app", "vitals"}});
  EXPECT_NE(first.query.at("state"), third.query.at("state"));
  EXPECT_NE(first.query.at("state"), second.query.at("state"));
  for (const Begun& begun : {second, third, first}) EXPECT_EQ(browser.step(ehrs_answer(begun)).status, 200);
  for (const Begun& begun : {first, second}) EXPECT_EQ(outcome(begun.id), "session");
  EXPECT_TRUE(outcome(third.id).contains("superseded")) << "the same app, process and patient once more";
  EXPECT_EQ(exchanges(), 2U);
  EXPECT_EQ(other.asked("/oauth/token").size(), 1U);
}

TEST_F(RedirectScenario, AStateThatIsUnknownUsedOrOfAnEarlierEpochSendsNoCode) {
  start();
  EXPECT_EQ(browser.step(site.loopback() + "/callback?code=c&state=guessed").status, 400);
  const Begun earlier = begin();
  const std::string back = ehrs_answer(earlier);
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  EXPECT_GE(browser.step(back).status, 400);
  EXPECT_EQ(exchanges(), 0U);
  EXPECT_EQ(click("patient=patient-1").status, 200);
  EXPECT_EQ(exchanges(), 1U);
}

TEST_F(RedirectScenario, ADenialIsToldToTheAppAndNotTriedAgain) {
  start();
  ehr.fault({{"at", "authorize"}, {"kind", "status"}, {"oauth_error", "access_denied"}});
  EXPECT_TRUE(launch_error().contains("access_denied"));
  EXPECT_EQ(ehr.asked("/oauth/authorize").size(), 1U);
  EXPECT_EQ(exchanges(), 0U);
}

TEST_F(RedirectScenario, AnErrorWithoutAStateIsShownAndEndsTheLaunch) {
  start();
  const Begun begun = begin();
  ehr.fault(
      {{"at", "authorize"}, {"kind", "status"}, {"oauth_error", "server_error"}, {"fields", {"state"}}, {"count", 1}});
  const std::string back = ehrs_answer(begun);
  EXPECT_FALSE(back.contains("state="));
  const Page shown = browser.step(back);
  EXPECT_EQ(shown.status, 403);
  EXPECT_TRUE(shown.body.contains("Try again in a few minutes.")) << shown.body;
  EXPECT_TRUE(outcome(begun.id).contains("server_error")) << "the app need not wait";
  EXPECT_EQ(browser.step(ehrs_answer(begun)).status, 403) << "the launch is over";
}

// An EHR that changes the state: the app hears it at once, in the browser of that launch alone.
TEST_F(RedirectScenario, AWrongStateEndsTheLaunchOfItsOwnBrowserAndNoOther) {
  start();
  const Browser elsewhere(site.folder() / "elsewhere");
  const std::string other = ask(broker(), "Broker.BeginLaunch").value("authorization_url", "");
  const std::string others_answer = elsewhere.step(elsewhere.step(other).address).address;
  for (const char* state : {"undefined", "CUT"}) {
    const Begun begun = begin();
    std::string wrong = state;
    if (wrong == "CUT") wrong = begun.query.at("state").substr(0, 40);
    ehr.fault({{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"state", wrong}}}, {"count", 1}});
    const std::string back = ehrs_answer(begun);
    ASSERT_TRUE(back.contains("state=" + wrong)) << back;
    const Page guessed = request(back);
    EXPECT_EQ(guessed.status, 400) << "without the cookie";
    EXPECT_TRUE(guessed.body.contains("This sign-in belongs to no launch, or was used already.")) << guessed.body;
    EXPECT_TRUE(logged({"page refused", "no_launch", "the browser does not show that a launch under way is its own"}));
    EXPECT_EQ(browser.step(site.loopback() + "/go/" + begun.id).status, 302) << "it still waits";
    const Page shown = browser.step(back);
    EXPECT_EQ(shown.status, 400);
    EXPECT_TRUE(shown.body.contains("The EHR&#39;s answer does not fit this launch.")) << shown.body;
    EXPECT_TRUE(shown.body.contains("Launch the app again.")) << shown.body;
    EXPECT_TRUE(outcome(begun.id).contains("state_mismatch")) << "the app need not wait";
    EXPECT_TRUE(logged({"launch failed", "state_mismatch", "another state than the one that the EHR was given"}));
    EXPECT_EQ(browser.step(back).body.contains("does not fit this launch"), wrong != "undefined")
        << "opened again it says the same, where the state still names its launch";
  }
  EXPECT_EQ(exchanges(), 0U);
  EXPECT_EQ(elsewhere.step(others_answer).status, 200) << "the launch of another browser goes on";
}

TEST_F(RedirectScenario, TheLastPageLeavesNoCookie) {
  start();
  const auto cookies = [&] { return cookies_in(site.folder() / "steps"); };
  const Begun good = begin();
  const std::string back = ehrs_answer(good);
  EXPECT_TRUE(cookies().contains("wardend-")) << cookies();
  EXPECT_EQ(browser.step(back).status, 200);
  EXPECT_EQ(cookies(), "Cookie:") << "after a session";
  ehr.fault({{"at", "authorize"}, {"kind", "status"}, {"oauth_error", "access_denied"}, {"count", 1}});
  EXPECT_EQ(browser.step(ehrs_answer(begin())).status, 403);
  EXPECT_EQ(cookies(), "Cookie:") << "after a refusal";
  const std::string late = ehrs_answer(begin());
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  EXPECT_GE(browser.step(late).status, 400);
  EXPECT_EQ(cookies(), "Cookie:") << "after a lock";
}

struct WrongIssuer {
  std::string name;
  json fault;
  std::string code;
};
void PrintTo(const WrongIssuer& wrong, std::ostream* out) { *out << wrong.name; }
class IssuerOfTheRedirect : public RedirectScenario, public ::testing::WithParamInterface<WrongIssuer> {};

TEST_P(IssuerOfTheRedirect, ThatIsNotTheServersIsRejected) {
  start();
  json fault = GetParam().fault;
  fault["at"] = "authorize";
  ehr.fault(fault);
  EXPECT_TRUE(launch_error().contains(GetParam().code));
  EXPECT_EQ(exchanges(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Authorize, IssuerOfTheRedirect,
    ::testing::Values(
        WrongIssuer{
            "Another", {{"kind", "set_members"}, {"members", {{"iss", "https://evil.example"}}}}, "issuer_mismatch"},
        WrongIssuer{
            "AnotherInAnError",
            {{"kind", "status"}, {"oauth_error", "access_denied"}, {"members", {{"iss", "https://evil.example"}}}},
            "issuer_mismatch"},
        WrongIssuer{"MissingThoughAdvertised", {{"kind", "omit"}, {"fields", {"iss"}}}, "issuer_missing"}),
    [](const auto& info) { return info.param.name; });

TEST_F(RedirectScenario, CodeAndErrorTogetherOrAParameterTwiceIsRejected) {
  start();
  for (const json& members : {json{{"error", "access_denied"}}, json{{"code", {"a", "b"}}}}) {
    ehr.fault({{"at", "authorize"}, {"kind", "set_members"}, {"members", members}, {"count", 1}});
    EXPECT_EQ(browser.step(ehrs_answer(begin())).status, 400) << members;
  }
  ehr.fault({{"at", "authorize"}, {"kind", "repeat"}, {"fields", {"state"}}, {"count", 1}});
  EXPECT_EQ(browser.step(ehrs_answer(begin())).status, 400);
  EXPECT_EQ(exchanges(), 0U);
}

TEST_F(RedirectScenario, SixKilobytesOfScopesArePostedWhereTheServerOffersThat) {
  ehr.set(
      "discovery",
      {{"set", {{"capabilities", {"launch-standalone", "client-public", "sso-openid-connect", "authorize-post"}}}}});
  ehr.set("config", {{"longest_url", 4096}});
  Settings settings;
  for (int i = 0; i < 120; ++i)
    settings.scopes.push_back("patient/Observation.rs?code=http://loinc.org|" + std::to_string(10'000 + i) + "-1");
  start(settings);
  const json begun = ask(broker(), "Broker.BeginLaunch");
  const Page form = browser.step(begun.at("authorization_url").get<std::string>());
  ASSERT_EQ(form.status, 200) << form.address;
  EXPECT_GT(form.body.size(), 6U * 1024);
  const Page end = browser.submit(form.body);
  EXPECT_EQ(end.status, 200) << end.address << end.body;
  EXPECT_EQ(outcome(begun.value("launch_id", "")), "session");
  EXPECT_EQ(ehr.asked("/oauth/authorize").at(0).value("method", ""), "POST");
}

TEST_F(RedirectScenario, AnotherProcessThatGuessesAtTheListenerChangesNothing) {
  start();
  const Begun begun = begin();
  for (const char* query : {"code=stolen&state=guess", "error=access_denied&state=guess", "code=c", ""})
    EXPECT_GE(request(site.loopback() + "/callback?" + query).status, 400) << query;
  const std::string back = ehrs_answer(begun);
  EXPECT_EQ(request(back).status, 403) << "the right address without the browser's cookie";
  if (::geteuid() == 0) {
    const Finished foreign =
        run({.arguments = {"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", back}, .uid = 65534});
    EXPECT_EQ(foreign.out, "403");
  }
  EXPECT_EQ(browser.step(back).status, 200);
  EXPECT_EQ(outcome(begun.id), "session");
}

TEST_F(RedirectScenario, TheSameRedirectASecondTimeGetsAHarmlessPage) {
  start();
  const Begun begun = begin();
  const std::string back = ehrs_answer(begun);
  EXPECT_EQ(browser.step(back).status, 200);
  const Page again = browser.step(back);
  EXPECT_EQ(again.status, 400);
  EXPECT_TRUE(again.body.contains("used already")) << again.body;
  EXPECT_EQ(exchanges(), 1U);
  EXPECT_EQ(ask(broker(), "Broker.ListSessions").at("sessions").size(), 1U);
}

}  // namespace
}  // namespace wardend::test

// What a person sees in the browser: after a launch, after one that failed, and where there is none.
#include <algorithm>

#include "tests/integration/cookies.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

constexpr const char* advice = "Use the EHR&#39;s own flowsheet until this clears.";

class Pages : public Scenario {
 protected:
  [[nodiscard]] std::string launch_page(const std::string& path = "/launch/vitals") const {
    return site.loopback() + path + "?iss=" + ehr.fhir_base() + "&launch=x";
  }
  // Status, headers and body of one request.
  [[nodiscard]] static std::string whole(const std::string& address, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"curl", "-sS", "-i", "--max-time", "20"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(address);
    return run({arguments}).out;
  }
  // The reference that a page shows.
  [[nodiscard]] static std::string reference_on(const std::string& page) {
    const std::string mark = "For IT: reference ";
    const auto at = page.find(mark);
    return at == std::string::npos ? std::string() : page.substr(at + mark.size(), 9);
  }
  [[nodiscard]] std::string ehrs_answer(const Begun& begun) const { return browser.step(begun.address).address; }
  // How AwaitLaunch ends, and that it does at once.
  [[nodiscard]] std::string awaited(const std::string& id) {
    const auto began = std::chrono::steady_clock::now();
    const auto answered = broker().call("org.wardend.Broker.AwaitLaunch", {{"launch_id", id}});
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    return answered ? "session" : answered.error().error + answered.error().parameters_json;
  }
};

TEST_F(Pages, AfterALaunchSayWhoForWhomWhereAndClearThemselves) {
  start();
  const std::string back = ehrs_answer(begin({{"app", "vitals"}}));
  const std::string page = whole(back, {"-b", (site.folder() / "steps").string()});
  for (const char* part : {"HTTP/1.1 200", "Refresh: 20; url=/done", "script-src 'sha256-", "Cache-Control: no-store",
                           "<h1>Signed in</h1>", "<dt>Signed in as</dt><dd>Practitioner practitioner-1</dd>",
                           "<dd>patient-1</dd>", "<dt>EHR</dt><dd>ehr</dd>", "<dd>Vitals trend</dd>"})
    EXPECT_TRUE(page.contains(part)) << part << "\n" << page;
  EXPECT_FALSE(page.contains("did not allow")) << page;
  const Page done = request(site.loopback() + "/done");
  EXPECT_EQ(done.status, 200);
  EXPECT_FALSE(done.body.contains("patient-1") || done.body.contains("ractitioner")) << done.body;
}

TEST_F(Pages, AfterALaunchSayWhatIsMissing) {
  ehr.set("profile", {{"name", "cerner-v1"}});
  start({.oauth = "scope_syntax = \"v2\""});
  const Page page = browser.open(begin().address);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body.contains("The EHR did not allow the app to:</p><ul><li>test</li>")) << page.body;
  EXPECT_TRUE(page.body.contains("<dd>patient/Observation.rs</dd>")) << "for IT, as it is configured";
}

struct Failure {
  std::string name;
  json fault;
  std::string sentence;
  std::string next_step;
  std::string stage;
  std::string code;
  std::string message = {};  // for IT
};
void PrintTo(const Failure& failure, std::ostream* out) { *out << failure.name; }
class FailurePages : public Pages, public ::testing::WithParamInterface<Failure> {};

TEST_P(FailurePages, SayOneSentenceOneStepAndTheRestForIt) {
  const Failure& row = GetParam();
  start();
  const Begun begun = begin();
  ehr.fault(row.fault);
  const Page page = browser.open(begun.address);
  EXPECT_EQ(page.status, 403) << page.address;
  const std::string told = page.body.substr(0, page.body.find("<details>"));
  const std::string folded = page.body.substr(told.size());
  EXPECT_TRUE(told.contains("<p>" + row.sentence + "</p>")) << page.body;
  EXPECT_TRUE(told.contains(row.next_step)) << page.body;
  for (const std::string& part : {std::string("Vitals trend (vitals)"), std::string("<dd>ehr</dd>"), row.stage,
                                  row.code, row.message, std::string("<dt>Time</dt>")})
    EXPECT_TRUE(folded.contains(part)) << part << page.body;
  const std::string reference = reference_on(page.body);
  EXPECT_EQ(reference.size(), 9U);
  EXPECT_TRUE(eventually([&] {
    return logged({"launch failed", "app=vitals", "server=ehr", "uid=0", "stage=" + row.stage, "code=" + row.code,
                   "reference=" + reference});
  })) << site.wardend().output();
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"launch\"", reference, "denied"}); }));
  EXPECT_TRUE(awaited(begun.id).contains(row.code)) << "the app hears the same";
}
const json authorize = {{"at", "authorize"}, {"kind", "status"}};
json with(json base, const json& more) {
  base.update(more);
  return base;
}
INSTANTIATE_TEST_SUITE_P(
    Of, FailurePages,
    ::testing::Values(Failure{"Cancelled", with(authorize, {{"oauth_error", "access_denied"}}),
                              "The sign-in was cancelled, or the EHR did not allow it.",
                              "Launch the app again if that was not meant.", "authorization", "access_denied"},
                      Failure{"EhrBusy", with(authorize, {{"oauth_error", "temporarily_unavailable"}}),
                              "The EHR cannot sign you in right now.", "Try again in a few minutes.", "authorization",
                              "temporarily_unavailable"},
                      Failure{"Refused", with(authorize, {{"oauth_error", "unauthorized_client"}}),
                              "The EHR refused to let this app sign in.", "Tell IT the reference below.",
                              "authorization", "unauthorized_client"},
                      Failure{"ScopesRefused", with(authorize, {{"oauth_error", "invalid_scope"}}),
                              "The EHR does not let this app have what it asks for.", "Tell IT the reference below.",
                              "authorization", "invalid_scope"},
                      Failure{"TokenEndpointDown",
                              {{"at", "token"}, {"kind", "status"}, {"status", 503}},
                              "The EHR could not finish the sign-in right now.",
                              "Launch the app again in a few minutes.",
                              "token",
                              "http_503"},
                      Failure{"ClientRejected",
                              {{"at", "token"}, {"kind", "status"}, {"status", 401}, {"oauth_error", "invalid_client"}},
                              "The EHR does not accept this app.",
                              "Tell IT the reference below.",
                              "token",
                              "invalid_client"},
                      Failure{"Clock",
                              {{"at", "token"}, {"kind", "id_token"}, {"flaw", "issued_in_future"}},
                              "The clock of this workstation and the clock of the EHR do not agree.",
                              "Tell IT that the clocks differ.",
                              "identity",
                              "issued_in_future"},
                      Failure{"BadSignature",
                              {{"at", "token"}, {"kind", "id_token"}, {"flaw", "bad_signature"}},
                              "It could not be confirmed who signed in.",
                              "Tell IT the reference below.",
                              "identity",
                              "bad_signature"}),
    [](const auto& info) { return info.param.name; });

TEST_F(Pages, TellWhereNoPatientIsOpen) {
  start();
  const Page page = click("patient=");
  EXPECT_EQ(page.status, 403);
  for (const char* part :
       {"<p>The EHR named no patient.</p>", "Open the patient&#39;s chart in the EHR and launch the app from there.",
        "<dd>PatientContextMissing</dd>"})
    EXPECT_TRUE(page.body.contains(part)) << part << page.body;
}

TEST_F(Pages, TellThatTheWorkstationWasLockedMeanwhile) {
  start();
  const std::string back = ehrs_answer(begin());
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  const Page page = browser.step(back);
  EXPECT_EQ(page.status, 403);
  EXPECT_TRUE(page.body.contains("The workstation was locked before the sign-in was finished.")) << page.body;
  auto anew = site.broker();  // the connection before is of an ended epoch
  const Page held = browser.open(ask(anew, "Broker.BeginLaunch").value("authorization_url", ""));
  EXPECT_EQ(held.status, 403);
  EXPECT_TRUE(held.body.contains("Nobody has signed in to the EHR since this workstation was last locked."))
      << held.body;
}

// The EHR is known to be down: a page of our own instead of a redirect to a dead host, and a way back.
TEST_F(Pages, OfAnEhrThatIsDownSaySinceWhenAndTheAdvice) {
  start();
  const Begun begun = begin();
  ehr.set("down", {{"down", true}});
  EXPECT_TRUE(
      eventually([&] { return ask(broker(), "Broker.GetHealth").at("servers")[0].value("state", "") == "down"; }));
  for (const std::string& address : {launch_page(), site.loopback() + "/go/" + begun.id}) {
    const auto began = std::chrono::steady_clock::now();
    const Page page = request(address, {}, {"Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1"});
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    EXPECT_EQ(page.status, 503) << page.address;
    EXPECT_EQ(page.address, "");
    for (const char* part : {"The EHR cannot be reached since ", advice, "href=\"\">Try again</a>"})
      EXPECT_TRUE(page.body.contains(part)) << part << page.body;
  }
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", json::object()), "ServerUnavailable");
  ehr.set("down", {{"down", false}});
  EXPECT_TRUE(eventually([&] { return request(launch_page()).status == 302; })) << "the very address works again";
}

TEST_F(Pages, OfAnAppThatIsSwitchedOffGiveItsAdvice) {
  start({.app = "enabled = false"});
  const Page page = request(launch_page());
  EXPECT_EQ(page.status, 403);
  EXPECT_TRUE(page.body.contains("<p>Vitals trend is switched off on this workstation.</p>")) << page.body;
  EXPECT_TRUE(page.body.contains(advice)) << page.body;
}

// C14.7, C14.10, C18.1, C18.3: what is no launch begins none, and says what would be one.
TEST_F(Pages, TellWhatIsNotALaunchAndBeginNothing) {
  start();
  const std::string port = std::to_string(site.loopback_port());
  const std::string right = "http://127.0.0.1:" + port + "/launch/vitals";
  const struct {
    std::string address;
    std::vector<std::string> more;
    std::string status;
    std::vector<std::string> parts;
  } table[] = {
      {launch_page(), {"-H", "Host: localhost:" + port}, "403", {"Register http://127.0.0.1"}},
      {launch_page(),
       {"-H", "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-Dest: iframe"},
       "403",
       {"in a tab or a window of its own", "frame-ancestors *"}},
      {launch_page("/launch/vitals/"), {}, "404", {"Take the slash", right}},
      {launch_page("/launch//vitals"), {}, "404", {"Take the slash", right}},
      {launch_page("/launch/Vitals"), {}, "404", {right}},
      {launch_page("/launch/other"), {}, "404", {"No such app is set up on this workstation."}},
      {launch_page(), {"-I"}, "405", {"Allow: GET"}},
      {site.loopback() + "/callback?code=c&state=s", {"-I"}, "405", {"Allow: GET"}},
      {launch_page(), {"-X", "POST"}, "405", {"Allow: GET"}},
      {launch_page(), {"-H", "Sec-Purpose: prefetch", "-H", "Sec-Fetch-Mode: navigate"}, "503", {}},
      {launch_page(), {"-H", "Sec-Purpose: prefetch;prerender"}, "503", {}},
      {launch_page(), {"-H", "Purpose: prefetch", "-H", "Sec-Fetch-Mode: no-cors"}, "503", {}},
      {site.loopback() + "/", {}, "404", {"The EHR opens addresses like this one to launch apps."}},
      {site.loopback() + "/favicon.ico", {}, "404", {"Nothing to open here"}},
  };
  for (const auto& row : table) {
    const std::string answered = whole(row.address, row.more);
    EXPECT_TRUE(answered.starts_with("HTTP/1.1 " + row.status)) << row.address << "\n" << answered;
    for (const std::string& part : row.parts) EXPECT_TRUE(answered.contains(part)) << part << "\n" << answered;
    EXPECT_FALSE(answered.contains("Location:") || answered.contains("Set-Cookie:")) << answered;
  }
  EXPECT_FALSE(logged({"launch begun"}));
}

// C18.1: a code is not spent by a browser that only loads ahead.
TEST_F(Pages, LoadedAheadSpendNoCode) {
  start();
  const Begun begun = begin();
  const std::string back = ehrs_answer(begun);
  const std::string ahead = whole(back, {"-b", (site.folder() / "steps").string(), "-H", "Sec-Purpose: prefetch", "-H",
                                         "Sec-Fetch-Mode: navigate"});
  EXPECT_TRUE(ahead.starts_with("HTTP/1.1 503")) << ahead;
  EXPECT_TRUE(ehr.asked("/oauth/token").empty());
  EXPECT_EQ(browser.step(back).status, 200);
  EXPECT_EQ(awaited(begun.id), "session");
}

// F9: the app does not wait ten minutes for a redirect that came and cannot be used.
TEST_F(Pages, OfARedirectThatCannotBeUsedEndTheLaunch) {
  start();
  const struct {
    json fault;
    const char* code;
  } table[] = {
      {{{"at", "authorize"}, {"kind", "set_members"}, {"members", {{"code", std::string(50'000, 'c')}}}, {"count", 1}},
       "too_long"},
      {{{"at", "authorize"}, {"kind", "status"}, {"oauth_error", "server_error"}, {"fields", {"state"}}, {"count", 1}},
       "server_error"},
      {{{"at", "authorize"}, {"kind", "omit"}, {"fields", {"state"}}, {"count", 1}}, "state_missing"},
      {{{"at", "authorize"}, {"kind", "omit"}, {"fields", {"code"}}, {"count", 1}}, "no_code"},
      {{{"at", "authorize"}, {"kind", "repeat"}, {"fields", {"state"}}, {"count", 1}}, "duplicate_parameter"}};
  for (const auto& row : table) {
    const Begun begun = begin();
    ehr.fault(row.fault);
    const Page page = request(ehrs_answer(begun), {}, {cookies_in(site.folder() / "steps")});
    EXPECT_GE(page.status, 400) << row.code << page.body;
    EXPECT_TRUE(page.body.contains("<dd>" + std::string(row.code) + "</dd>")) << row.code << page.body;
    const std::string outcome = awaited(begun.id);
    EXPECT_TRUE(outcome.contains("LaunchFailed") && outcome.contains(row.code)) << row.code << outcome;
  }
  EXPECT_TRUE(ehr.asked("/oauth/token").empty());
}

// C19: eight launches that the EHR let down do not shut the ninth out.
TEST_F(Pages, ANinthClickCountsAfterEightThatFailed) {
  start();
  ehr.fault({{"at", "authorize"}, {"kind", "status"}, {"status", 500}});
  for (int i = 0; i < 8; ++i) EXPECT_EQ(click("patient=patient-1").status, 500) << i;
  ehr.no_faults();
  const Page page = click("patient=patient-2");
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_TRUE(page.body.contains("<dd>patient-2</dd>")) << page.body;
}

}  // namespace
}  // namespace wardend::test

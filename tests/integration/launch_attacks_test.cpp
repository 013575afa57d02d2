// Attacks on launches: pages that navigate, servers that hang, used launch values, answers that cannot be used.
#include <chrono>
#include <thread>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class LaunchAttacks : public Scenario {
 protected:
  // /launch/vitals as the EHR sends the browser there.
  [[nodiscard]] std::string launch_page(const std::string& value) const {
    return site.loopback() + "/launch/vitals?iss=" + ehr.fhir_base() + "&launch=" + value;
  }
  // A launch value of a click in the EHR.
  [[nodiscard]] std::string clicked() const {
    return query_of(request(ehr.address() + "/ehr/launch?app_url=http://127.0.0.1/x&patient=patient-1").address)
        .at("launch");
  }
  void lock() {
    auto control = site.control();
    (void)ask(control, "Control.ReportLock", {{"target", {{"user", "root"}}}, {"reason", "ehr_lock"}});
    std::this_thread::sleep_for(1100ms);  // auth_time has whole seconds
  }
  // A call's bare error name, answered within ten seconds; "granted".
  [[nodiscard]] std::string timed(const std::string& method, const json& parameters) {
    const auto began = std::chrono::steady_clock::now();
    const auto answered = broker().call("org.wardend.Broker." + method, parameters);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s) << method;
    reply = answered ? *answered : json::parse(answered.error().parameters_json, nullptr, false);
    return answered ? "granted" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
  }
};

TEST_F(LaunchAttacks, APageThatNavigatesShutsNobodyOut) {
  start();
  const Begun begun = begin();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(request(launch_page("made-up-" + std::to_string(i))).status, 302);
  EXPECT_EQ(browser.open(begun.address).status, 200) << "the app's own launch goes on";
  EXPECT_NE(ask(broker(), "Broker.AwaitLaunch", {{"launch_id", begun.id}}).value("/session/id"_json_pointer, ""), "");
  for (int i = 0; i < 40; ++i) (void)request(launch_page("more-" + std::to_string(i)));
  EXPECT_EQ(timed("BeginLaunch", json::object()), "granted");
  const Page click = request(launch_page(clicked()), {}, {"Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1"});
  EXPECT_EQ(click.status, 302) << "nor what the user clicks";
}

// Of any local user, at both ports: heads of every size, in a value, a name and many fields.
TEST_F(LaunchAttacks, NoHeadOfARequestEndsTheService) {
  start();
  const std::string metrics = "http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/metrics";
  for (const std::string& address : {site.loopback() + "/launch/vitals", metrics}) {
    for (const std::size_t bytes : {16'000UL, 59'000UL, 64'000UL, 65'534UL, 65'536UL, 70'000UL, 120'000UL}) {
      const std::string text(bytes, 'x');
      const int status = request(address, {}, {"X: " + text}).status;
      EXPECT_TRUE(bytes < 59'001 ? status == 200 || status == 400 : status == 431) << bytes << ": " << status;
      EXPECT_GE(request(address, {}, {text + ": y"}).status, bytes < 59'001 ? 200 : 431) << bytes;
    }
  }
  std::vector<std::string> cookies;
  for (int i = 0; i < 17; ++i) cookies.push_back("Cookie: c" + std::to_string(i) + "=" + std::string(4'000, 'c'));
  EXPECT_EQ(request(launch_page(clicked()), {}, cookies).status, 431) << "it says what to delete";
  EXPECT_EQ(browser.open(begin().address).status, 200);
}

TEST_F(LaunchAttacks, ANinthLaunchEndsTheOldest) {
  start();
  const Begun first = begin();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(timed("BeginLaunch", json::object()), "granted") << i;
  EXPECT_EQ(timed("AwaitLaunch", {{"launch_id", first.id}}), "LaunchExpired");
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"launch\"", "LaunchExpired", "newer launch"}); }));
}

TEST_F(LaunchAttacks, HeadPrefetchAndStrangersBeginNothing) {
  start();
  EXPECT_EQ(run({{"curl", "-sS", "-o", "/dev/null", "-I", "-w", "%{http_code}", launch_page("x")}}).out, "405");
  for (const char* header : {"Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch"})
    EXPECT_EQ(request(launch_page("x"), {}, {header}).status, 503) << header;
  if (::geteuid() == 0) {
    const Command stranger{.arguments = {"curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", launch_page("x")},
                           .uid = 65534};
    EXPECT_EQ(run(stranger).out, "403") << "no rule of the app names nobody";
  }
  EXPECT_FALSE(logged({"launch begun"}));
  EXPECT_EQ(request(launch_page("x")).status, 302);
}

TEST_F(LaunchAttacks, AServerThatHangsInDiscoveryKeepsNobodyWaiting) {
  ehr.set("config", {{"well_known", false}});
  ehr.fault({{"at", "discovery"}, {"kind", "delay"}, {"seconds", 4}});
  ehr.fault({{"at", "metadata"}, {"kind", "hang"}});
  start({.health = "interval = \"1s\"\ntimeout = \"8s\"", .oauth = "smart1_discovery = true"});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(timed("BeginLaunch", json::object()), "LaunchFailed");
    EXPECT_EQ(reply.value("code", ""), "discovery_timeout") << reply.dump();
  }
}

TEST_F(LaunchAttacks, AServerThatHangsInTheExchangeKeepsNobodyWaiting) {
  start({.health = "interval = \"1s\"\ntimeout = \"8s\""});
  const Begun begun = begin();
  const std::string redirect = browser.step(begun.address).address;
  ehr.fault({{"at", "discovery"}, {"kind", "hang"}});
  ehr.fault({{"at", "jwks"}, {"kind", "hang"}});
  ehr.fault({{"at", "token"}, {"kind", "hang"}});
  EXPECT_EQ(timed("CompleteLaunch", {{"launch_id", begun.id}, {"redirect_url", redirect}}), "LaunchFailed");
  EXPECT_EQ(reply.value("code", ""), "token_timeout") << reply.dump();
}

TEST_F(LaunchAttacks, AUsedValueProvesNobodysPresence) {
  ehr.set("config", {{"minds_launch", false}});
  start();
  const std::string used = clicked();
  ASSERT_EQ(browser.open(launch_page(used)).status, 200);
  lock();
  EXPECT_EQ(browser.open(launch_page(used)).status, 403);
  EXPECT_EQ(browser.open(launch_page(used)).status, 403) << "nor the second time";
  const Begun by_app = begin({{"iss", ehr.fhir_base()}, {"launch", "made-up"}});
  EXPECT_EQ(browser.open(by_app.address).status, 403) << "nor what an app makes up";
  EXPECT_EQ(browser.open(launch_page("made-up")).status, 403) << "nor that in the browser afterwards";
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == 5; })) << "and all that came is revoked";
  EXPECT_EQ(browser.open(launch_page(clicked())).status, 200) << "a click in the EHR does";
}

TEST_F(LaunchAttacks, TokensOfAnAnswerThatIsRefusedAreRevoked) {
  start();
  const json answers[] = {{{"token_type", "mac"}}, {{"patient", "not an id"}}, {{"access_token", nullptr}}};
  int revoked = 0;
  for (const json& members : answers) {
    ehr.fault({{"at", "token"}, {"kind", "set_members"}, {"members", members}, {"count", 1}});
    EXPECT_TRUE(launch_error().contains("LaunchFailed"));
    ++revoked;
    EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == revoked; })) << members.dump();
  }
}

TEST_F(LaunchAttacks, TokensThatComeAfterSigtermAreRevoked) {
  start();
  const Begun begun = begin();
  const std::string redirect = browser.step(begun.address).address;
  ehr.fault({{"at", "token"}, {"kind", "delay"}, {"seconds", 1}});
  std::thread page([&] { (void)browser.step(redirect); });
  EXPECT_TRUE(eventually([&] { return !ehr.asked("/oauth/token").empty() || ehr.stats().value("codes", 0) > 0; }));
  std::this_thread::sleep_for(300ms);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 8s);
  page.join();
  EXPECT_EQ(ehr.stats().value("revocations", 0), 1);
}

}  // namespace
}  // namespace wardend::test

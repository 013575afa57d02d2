// Each way in which a server can be away: what is said of it, where, and how fast an app hears.
#include <algorithm>
#include <thread>

#include "tests/integration/hub.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using Now = std::chrono::steady_clock;

// What a quiet machine holds to, and what any machine does while other tests run.
std::chrono::milliseconds at_most(std::chrono::milliseconds wanted) { return measuring() ? wanted : 100ms; }

class Downtime : public Scenario {
 protected:
  // wardend and an EHR with a proxy in between that may let nothing through.
  void start_behind_proxy(Settings settings = {}) {
    const std::string origin = proxy.address();
    behind.emplace(site, token_life, std::vector<std::string>{"--origin", origin});
    const std::string& own = behind->address();
    proxy.stand_before(static_cast<std::uint16_t>(std::stoi(own.substr(own.rfind(':') + 1))));
    settings.fhir_base = origin + "/fhir";
    settings.health = "interval = \"1s\"\ntimeout = \"500ms\"";
    if (settings.server.empty()) settings.server = "staleness = \"3s\"";
    start(settings);
  }
  // The row of `wardctl status`, and the trouble of GetHealth.
  [[nodiscard]] json row() {
    const Finished told = site.wardctl({"--json", "status"});
    const json status = json::parse(told.out, nullptr, false);
    return status.is_object() ? status.at("servers").at(0) : json::object();
  }
  [[nodiscard]] std::string state_now() {
    return ask(broker(), "Broker.GetHealth").at("servers").at(0).value("state", "");
  }
  [[nodiscard]] std::string trouble() {
    const json health = ask(broker(), "Broker.GetHealth");
    return health.contains("troubles") ? health.at("troubles").at(0).value("detail", "") : "";
  }
  [[nodiscard]] bool becomes(const std::string& state, std::chrono::milliseconds patience = 10s) {
    return eventually([&] { return state_now() == state; }, patience);
  }
  // How long an answer of GetToken takes, asked again `each`: the slowest of 99 of 100.
  [[nodiscard]] std::chrono::microseconds p99(const json& wish, const std::string& expected,
                                              std::chrono::milliseconds each = 0ms) {
    std::vector<std::chrono::microseconds> spans;
    for (int i = 0; i < 200; ++i) {
      if (each > 0ms) std::this_thread::sleep_for(each);
      const auto asked = Now::now();
      EXPECT_EQ(answer(wish), expected) << reply;
      spans.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Now::now() - asked));
    }
    std::ranges::sort(spans);
    return spans[197];
  }

  int token_life = 300;
  FaultProxy proxy{site};
  std::optional<Sandbox> behind;
};

struct Away {
  std::string name;
  json on_the_way;  // settings of the proxy; null: none
  json at_server;   // a fault of discovery; null: none
  std::string state;
  std::string words;
  std::string launch = "ServerUnavailable";  // what BeginLaunch answers while it is down
};
void PrintTo(const Away& away, std::ostream* out) { *out << away.name; }
class ServerThatIsAway : public Downtime, public ::testing::WithParamInterface<Away> {};

// A live token is handed out at once and marked; where the state is down, a launch is refused at once.
TEST_P(ServerThatIsAway, HasItsStateItsCauseAndItsWordsEverywhere) {
  const Away& row_of = GetParam();
  start_behind_proxy();
  ASSERT_TRUE(becomes("up"));
  const std::string session = site.launched_session();
  if (!row_of.on_the_way.is_null()) {
    proxy.set(row_of.on_the_way);
    proxy.cut();
  }
  if (!row_of.at_server.is_null()) behind->fault(row_of.at_server);
  const auto is_told = [&] {
    const json known = row();
    return known.value("trouble", "").contains(row_of.words) && known.value("state", "") == row_of.state;
  };
  ASSERT_TRUE(eventually(is_told, 15s)) << row();
  EXPECT_TRUE(request(site.loopback() + "/status").body.contains("Why: ")) << "the page in the browser says it too";

  ASSERT_EQ(answer({{"session", session}}), "token") << reply;
  EXPECT_EQ(reply.value("/freshness/state"_json_pointer, ""), row_of.state);
  const auto live = p99({{"session", session}}, "token");
  std::printf("%s: a live token, p99 %.2f ms\n", row_of.name.c_str(), static_cast<double>(live.count()) / 1000);
  EXPECT_LT(live, at_most(2ms)) << "nobody waits for the server";
  if (row_of.state == "down") {
    EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", json::object()), row_of.launch);
  }

  proxy.no_faults();
  behind->no_faults();
  if (!row_of.words.contains("left alone")) {
    EXPECT_TRUE(becomes("up")) << "and it is up again";
    EXPECT_TRUE(eventually([&] { return trouble().empty(); })) << trouble();
  }
}

json discovery_answers(int status, json more = json::object()) {
  more.update({{"at", "discovery"}, {"kind", "status"}, {"status", status}});
  return more;
}
json kept(json headers) { return {{"at", "discovery"}, {"kind", "set_headers"}, {"members", std::move(headers)}}; }
INSTANTIATE_TEST_SUITE_P(
    Server, ServerThatIsAway,
    ::testing::Values(
        Away{"Refused", {{"refuse", true}}, nullptr, "down", "cannot be reached"},
        Away{"Reset", {{"accept", "rst"}}, nullptr, "down", "gave no whole answer"},
        Away{"Closed", {{"accept", "fin"}}, nullptr, "down", "gave no whole answer"},
        Away{"BlackHole", {{"accept", "hang"}}, nullptr, "down", "did not answer in time"},
        Away{"CutInTheMiddle", {{"cut_down_after", 200}}, nullptr, "down", "gave no whole answer"},
        Away{"NothingComesBack", {{"stall_down", true}}, nullptr, "down", "did not answer in time"},
        Away{"Drips", {{"rate_down_bps", 300}}, nullptr, "down", "did not answer in time"},
        Away{"CaptivePortal",
             nullptr,
             {{"at", "discovery"}, {"kind", "html"}},
             "down",
             "sign-in page may be in between",
             "LaunchFailed"},
        Away{"Status503", nullptr, discovery_answers(503), "down", "answers HTTP 503: ask its administrators"},
        Away{"PlannedMaintenance", nullptr, discovery_answers(503, {{"retry_after", "3600"}, {"count", 1}}), "down",
             "it wants to be left alone until "},
        Away{"MaintenanceUntilADate", nullptr, discovery_answers(503, {{"retry_after_date", 3600}, {"count", 1}}),
             "down", "it wants to be left alone until "},
        Away{"MaintenanceForAges", nullptr, discovery_answers(503, {{"retry_after", "99999999999"}, {"count", 1}}),
             "down", "it wants to be left alone until "},
        Away{"MaintenanceThatIsOver", nullptr, discovery_answers(503, {{"retry_after", "-5"}}), "down",
             "answers HTTP 503: ask its administrators"},
        Away{"TheNetworkWantsASignIn", nullptr, discovery_answers(511), "down", "wants a sign-in (HTTP 511)"},
        Away{"HalfAnAnswer", nullptr, {{"at", "discovery"}, {"kind", "truncate"}}, "down", "gave no whole answer"},
        Away{"NoJson",
             nullptr,
             {{"at", "discovery"}, {"kind", "bad_json"}, {"body", "{]"}},
             "down",
             "cannot be read",
             "LaunchFailed"},
        Away{"TooLarge", nullptr, {{"at", "discovery"}, {"kind", "big"}}, "down", "is larger than", "LaunchFailed"},
        Away{"TooManyRequestsAndNoWord", nullptr, discovery_answers(429, {{"count", 1}}), "up",
             "it wants to be left alone until "},
        Away{"BadGateway", nullptr, discovery_answers(502), "down", "answers HTTP 502"},
        Away{"TooManyRequests", nullptr, discovery_answers(429, {{"retry_after", "3600"}}), "up",
             "asks for fewer requests (HTTP 429): wardend asks less often; it wants to be left alone until "},
        Away{"Status500", nullptr, discovery_answers(500), "down", "answers HTTP 500"},
        Away{"GatewayTimeout", nullptr, discovery_answers(504), "down", "answers HTTP 504"},
        Away{"RequestTimeout", nullptr, discovery_answers(408), "down", "answers HTTP 408"},
        Away{"Restricted", nullptr, discovery_answers(401), "up", "401"},
        Away{"Forbidden", nullptr, discovery_answers(403), "up", "403"},
        Away{"WrongAddress", nullptr, discovery_answers(404), "up", "fhir_base_url"},
        Away{"Gone", nullptr, discovery_answers(410), "up", "fhir_base_url"},
        Away{"Elsewhere",
             nullptr,
             {{"at", "discovery"}, {"kind", "redirect"}, {"location", "https://portal.example.org/"}},
             "up",
             "correct fhir_base_url"},
        Away{"ACacheOnTheWay", nullptr, kept({{"Age", "30"}}), "up",
             "a cache on the way answers instead of the server"},
        Away{"AnOldCacheOnTheWay", nullptr, kept({{"Warning", "110 - \"Response is Stale\""}}), "up",
             "a cache on the way answers instead of the server"}),
    [](const auto& info) { return info.param.name; });

TEST_F(Downtime, ANameThatNobodyKnowsIsToldAsThat) {
  start({.fhir_base = "https://no-such-ehr.invalid/fhir"});
  EXPECT_TRUE(becomes("down"));
  EXPECT_TRUE(trouble().contains("resolve host")) << trouble();
  EXPECT_EQ(row().value("confirmed_at", 0), 0);
}

TEST_F(Downtime, ACertificateThatIsNotTrustedIsNoOutage) {
  const Hub::Address tls = with_certificate(site);
  const Sandbox secure(site, 300, {"--tls", tls.certificate, tls.key});
  start({.fhir_base = secure.fhir_base()});
  EXPECT_TRUE(becomes("down"));
  EXPECT_TRUE(trouble().contains("certificate is not trusted: check ca_file and the clock")) << trouble();
}

TEST_F(Downtime, ACertificateThatEndedOrIsAnotherServersIsToldAsThat) {
  const Hub::Address tls = with_certificate(site);
  const Sandbox secure(site, 300, {"--tls", tls.certificate, tls.key});
  for (const auto& [kind, words] : {std::pair{"expired_certificate", "has expired: check the clock here"},
                                    std::pair{"foreign_certificate", "is another server's: check fhir_base_url"}}) {
    secure.no_faults();
    secure.fault({{"at", "tls"}, {"kind", kind}});
    start({.fhir_base = secure.fhir_base(), .server = "ca_file = \"" + tls.certificate + "\""});
    EXPECT_TRUE(becomes("down")) << kind;
    EXPECT_TRUE(trouble().contains(words)) << trouble();
    (void)site.stop();
  }
}

TEST_F(Downtime, AServerWithoutTlsIsToldAsThat) {
  start({.fhir_base = "https" + ehr.fhir_base().substr(std::string("http").size())});
  EXPECT_TRUE(becomes("down"));
  EXPECT_TRUE(trouble().contains("no TLS connection came about")) << trouble();
}

// Slow is neither up nor down, and a token that lives waits for nothing.
TEST_F(Downtime, AServerThatIsSlowIsToldAsThat) {
  start({.health = "interval = \"1s\"\ntimeout = \"5s\""});
  const std::string session = site.launched_session();
  ehr.fault({{"at", "discovery"}, {"kind", "delay"}, {"seconds", 2}});
  ASSERT_TRUE(becomes("degraded", 30s));
  EXPECT_TRUE(trouble().contains("seconds for an answer")) << trouble();
  EXPECT_TRUE(request(site.loopback() + "/status").body.contains("<h3>ehr answers, but not as it should</h3>"));
  ASSERT_EQ(answer({{"session", session}}), "token") << reply;
  EXPECT_EQ(reply.value("/freshness/stale"_json_pointer, true), false);
}

// What a cache keeps says nothing of the server, however often it is asked.
TEST_F(Downtime, ACacheOnTheWayConfirmsNothing) {
  start({.server = "staleness = \"2s\""});
  ASSERT_TRUE(becomes("up"));
  ehr.fault({{"at", "discovery"}, {"kind", "set_headers"}, {"members", {{"Age", "30"}}}});
  const auto stale = [&] { return ask(broker(), "Broker.GetHealth").at("servers").at(0).value("stale", false); };
  ASSERT_TRUE(eventually(stale)) << "the cache answers each second";
  EXPECT_EQ(state_now(), "up") << "and nothing says that it is down";
}

// Who sits there asks a browser "is it me or the EHR?", whether or not anybody can sign in.
TEST_F(Downtime, ThePageInTheBrowserSaysWhatWorksAndSinceWhen) {
  start();
  (void)site.launched_session();
  const std::string address = site.loopback() + "/status";
  EXPECT_TRUE(eventually([&] { return request(address).body.contains("<h3>ehr works</h3>"); }));
  const std::string well = run({{"curl", "-sS", "-i", "--max-time", "20", address}}).out;
  for (const char* part :
       {"HTTP/1.1 200", "Cache-Control: no-store", "default-src 'none'", "<h1>wardend is ready</h1>"})
    EXPECT_TRUE(well.contains(part)) << part << well;
  for (const char* word : {"patient-1", "ractitioner", "<script", "Set-Cookie"})
    EXPECT_FALSE(well.contains(word)) << word << well;
  ehr.set("down", {{"down", true}});
  EXPECT_TRUE(eventually([&] { return request(address).body.contains("<h3>ehr cannot be used</h3>"); }));
  const std::string down = request(address).body;
  EXPECT_TRUE(down.contains("Use the EHR&#39;s own flowsheet until this clears.") && down.contains("<p>Since 2") &&
              down.contains("<p>Why: "))
      << down;
  const std::string told = site.wardctl({"status"}).out;
  const auto step = told.find("ehr is down");
  ASSERT_NE(step, std::string::npos) << told;
  EXPECT_TRUE(request(address).body.contains("<li>ehr is down")) << "the words of wardctl: " << told.substr(step);
  EXPECT_EQ(request(address, {}, {"Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}).status, 403);
}

// A refresh is due and cannot come: whoever asks hears so at once, with the cause and when to ask again.
TEST_F(Downtime, WithoutALiveTokenTheRefusalComesAtOnce) {
  token_life = 4;
  start_behind_proxy();
  const std::string session = site.launched_session();
  proxy.set({{"accept", "hang"}});
  proxy.cut();
  ASSERT_TRUE(becomes("down"));
  const json wish = {{"session", session}, {"min_validity", 1}};
  ASSERT_TRUE(eventually([&] { return answer(wish) == "ServerUnavailable"; }, 15s)) << reply;
  const auto span = p99(wish, "ServerUnavailable", 60ms);  // whoever asks in vain again and again waits for a pace
  std::printf("without a live token: refused, p99 %.2f ms\n", static_cast<double>(span.count()) / 1000);
  EXPECT_LT(span, at_most(10ms));
  EXPECT_TRUE(reply.value("reason", "").contains("answer")) << "its cause: " << reply;
  EXPECT_GE(reply.value("retry_after", 0), 1) << reply;
}

// Silence is no request that fails: Monitor tells in that moment.
TEST_F(Downtime, StaleIsToldWithinASecond) {
  start_behind_proxy();
  ASSERT_TRUE(becomes("up"));
  std::optional<std::int64_t> confirmed;
  std::optional<std::int64_t> told;
  auto watcher = site.broker();
  proxy.set({{"accept", "hang"}});
  proxy.cut();
  const auto until = Now::now() + 20s;
  (void)watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& one) {
        const json& event = one.at("event");
        if (event.value("kind", "") == "server_health_changed" && event.value("/freshness/stale"_json_pointer, false)) {
          told = event.value("at", std::int64_t{0});
          confirmed = event.value("/freshness/confirmed_at"_json_pointer, std::int64_t{0});
          EXPECT_EQ(event.value("reason", ""), "stale");
        }
        return !told && Now::now() < until;
      },
      20s);
  ASSERT_TRUE(told && confirmed) << site.wardend().output();
  EXPECT_GE(*told - *confirmed, 3);
  EXPECT_LE(*told - *confirmed, 4) << "staleness is 3 s; both are whole seconds";
}

}  // namespace
}  // namespace wardend::test

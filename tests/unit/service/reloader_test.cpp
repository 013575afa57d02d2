#include "daemon/service/reloader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using test::ServiceWorld;
using Pairs = std::set<std::pair<std::string, std::string>>;

// Two apps, the first on two servers.
config::Config two_apps() {
  config::Config config = *test::basic_config();
  config.servers.push_back({.name = "lab", .fhir_base_url = *fhir::BaseUrl::parse("https://lab.example.org/fhir")});
  config.apps.front().servers.emplace_back("lab");
  config.apps.front().registrations.push_back(
      {.server = "lab", .client_id = "vitals-lab", .redirect_uri = "http://127.0.0.1:8724/callback"});
  config::App second = config.apps.front();
  second.id = "second";
  second.servers = {"ehr"};
  second.registrations.pop_back();
  config.apps.push_back(second);
  return config;
}

const Pairs all = {{"vitals", "ehr"}, {"vitals", "lab"}, {"second", "ehr"}};
const Pairs of_vitals = {{"vitals", "ehr"}, {"vitals", "lab"}};
const Pairs on_ehr = {{"vitals", "ehr"}, {"second", "ehr"}};
const Pairs nobody = {};

struct Change {
  const char* name;
  void (*change)(config::Config&);
  Pairs ended;
};
class Reconfigured : public ::testing::TestWithParam<Change> {};
TEST_P(Reconfigured, ByTheTable) {
  const config::Config before = two_apps();
  config::Config after = two_apps();
  GetParam().change(after);
  EXPECT_EQ(service::reconfigured(before, after), GetParam().ended);
}
using config::Config;
INSTANTIATE_TEST_SUITE_P(
    Reloader, Reconfigured,
    ::testing::Values(
        Change{"Nothing", [](Config&) {}, nobody},
        Change{"ANewServerAndApp",
               [](Config& c) {
                 c.servers.push_back({.name = "x", .fhir_base_url = *fhir::BaseUrl::parse("https://x.example/fhir")});
                 c.apps.push_back(c.apps.back());
                 c.apps.back().id = "third";
               },
               nobody},
        Change{"AnAppsName", [](Config& c) { c.apps[0].name = "Other words"; }, nobody},
        Change{"AnAppsAdvice", [](Config& c) { c.apps[0].advice = "Other words"; }, nobody},
        Change{"AServersHealthRules", [](Config& c) { c.servers[0].health.fail_after = 9; }, nobody},
        Change{"AScopesApproval", [](Config& c) { c.apps[0].scopes[0].approved_by = "Another board"; }, nobody},
        Change{"AScope", [](Config& c) { c.apps[0].scopes[0].scope = "patient/Condition.r"; }, of_vitals},
        Change{"AnotherScope",
               [](Config& c) {
                 c.apps[0].scopes.push_back(
                     {.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
               },
               of_vitals},
        Change{"AScopeTakenAway", [](Config& c) { c.apps[0].scopes.clear(); }, of_vitals},
        Change{"APeersUser", [](Config& c) { c.apps[0].peers[0].uid = 1001; }, of_vitals},
        Change{"APeersUnit", [](Config& c) { c.apps[0].peers[0].unit = "x.service"; }, of_vitals},
        Change{"APeersLabel", [](Config& c) { c.apps[0].peers[0].label = "x"; }, of_vitals},
        Change{"APeersGroupNumber", [](Config& c) { c.apps[0].peers[0].gid = 7; }, of_vitals},
        Change{"AnotherPeer", [](Config& c) { c.apps[0].peers.push_back({.user = "1001", .uid = 1001}); }, of_vitals},
        Change{"AnAppSwitchedOff", [](Config& c) { c.apps[0].enabled = false; }, of_vitals},
        Change{"AnAppTakenOut", [](Config& c) { c.apps.erase(c.apps.begin()); }, of_vitals},
        Change{"AnAppTakenOffAServer",
               [](Config& c) {
                 c.apps[0].servers.pop_back();
                 c.apps[0].registrations.pop_back();
               },
               {{"vitals", "lab"}}},
        Change{
            "AClientAtOneServer", [](Config& c) { c.apps[0].registrations[1].client_id = "x"; }, {{"vitals", "lab"}}},
        Change{"AClientsRedirect",
               [](Config& c) { c.apps[0].registrations[0].redirect_uri = "http://127.0.0.1:1/callback"; },
               {{"vitals", "ehr"}}},
        Change{"AClientsAuthentication",
               [](Config& c) { c.apps[0].registrations[0].client_auth = config::ClientAuth::private_key_jwt; },
               {{"vitals", "ehr"}}},
        Change{"AServersAddress",
               [](Config& c) { c.servers[0].fhir_base_url = *fhir::BaseUrl::parse("https://new.example.org/fhir"); },
               on_ehr},
        Change{"AServersCertificates", [](Config& c) { c.servers[0].route.ca_file = "/etc/x.pem"; }, on_ehr},
        Change{"AServersAudience", [](Config& c) { c.servers[0].oauth.aud = "https://x.example"; }, on_ehr},
        Change{"AServersTokenHosts", [](Config& c) { c.servers[0].allowed_token_hosts = {"x.example"}; }, on_ehr},
        Change{"AServerTakenOut",
               [](Config& c) {
                 c.servers.erase(c.servers.begin());
                 c.apps.pop_back();
                 c.apps[0].servers = {"lab"};
                 c.apps[0].registrations.erase(c.apps[0].registrations.begin());
               },
               on_ehr},
        Change{"Everything", [](Config& c) { c.apps.clear(); }, all}),
    [](const auto& info) { return info.param.name; });

constexpr std::string_view good_file = R"(
[[server]]
name = "ehr"
fhir_base_url = "https://ehr.example.org/fhir"
[[app]]
id = "vitals"
name = "Vitals"
servers = ["ehr"]
client_id = "CLIENT"
client_auth = "none"
identity = "none"
redirect_uri = "http://127.0.0.1:8724/callback"
[[app.peer]]
user = "0"
[[app.scope]]
scope = "patient/Observation.rs"
action = "a"
approved_by = "b"
approved_on = 2026-01-01
)";

void put(const ServiceWorld& world, std::string text, const std::string& client) {
  if (const auto at = text.find("CLIENT"); at != std::string::npos) text.replace(at, 6, client);
  std::ofstream(world.folder.file("wardend.toml"), std::ios::trunc) << text;
}

TEST(Reloader, EndsTheSessionsThatAChangeTakesSomethingFrom) {
  ServiceWorld world;
  put(world, std::string(good_file), "vitals-client");
  const auto first = world.ask(world.reloader.reload());
  ASSERT_TRUE(first) << first.error().detail();
  EXPECT_EQ(*first, world.config.get().digest);
  session::Session& kept = world.begin("kept");
  const auto same = world.ask(world.reloader.reload());
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, *first);
  EXPECT_EQ(kept.state(), session::State::active);

  put(world, std::string(good_file), "another-client");
  const auto changed = world.ask(world.reloader.reload());
  ASSERT_TRUE(changed);
  EXPECT_NE(*changed, *first);
  ASSERT_EQ(kept.state(), session::State::cleared);
  EXPECT_EQ(kept.cleared()->reason, ClearReason::reconfigured);
  EXPECT_TRUE(world.workstation.running(kept.epoch)) << "the clinician is still there";
}

TEST(Reloader, AnAppThatIsSwitchedOffSaysSo) {
  ServiceWorld world;
  put(world, std::string(good_file), "vitals-client");
  ASSERT_TRUE(world.ask(world.reloader.reload()));
  session::Session& session = world.begin("s");
  std::string text(good_file);
  text.replace(text.find("[[app.peer]]"), 0, "enabled = false\n");
  put(world, text, "vitals-client");
  ASSERT_TRUE(world.ask(world.reloader.reload()));
  ASSERT_EQ(session.state(), session::State::cleared);
  EXPECT_EQ(session.cleared()->reason, ClearReason::app_disabled);
}

TEST(Reloader, AFaultyFileKeepsTheRunningConfigurationAndEverySession) {
  ServiceWorld world;
  session::Session& session = world.begin("s");
  const auto running = world.config.hold();
  put(world, std::string(good_file) + "\nnonsense = 1\n[brker]\n", "x");
  const auto outcome = world.ask(world.reloader.reload());
  ASSERT_FALSE(outcome);
  const std::vector<std::string>& findings = *test::told<errors::ConfigInvalid>(outcome.error()).findings;
  ASSERT_FALSE(findings.empty());
  for (const std::string& finding : findings) EXPECT_NE(finding.find("wardend.toml:"), std::string::npos) << finding;
  EXPECT_EQ(world.config.hold(), running);
  EXPECT_EQ(session.state(), session::State::active);
}

TEST(Reloader, RemembersTheFaultsUntilAGoodFileIsInForce) {
  ServiceWorld world;
  put(world, std::string(good_file) + "\nnonsense = 1\n", "x");
  ASSERT_FALSE(world.ask(world.reloader.reload()));
  ASSERT_EQ(world.reloader.files().faults.size(), 1U);
  EXPECT_TRUE(world.reloader.files().faults.front().contains("error: unknown key nonsense"));
  put(world, std::string(good_file), "x");
  ASSERT_TRUE(world.ask(world.reloader.reload()));
  EXPECT_TRUE(world.reloader.files().faults.empty());
}

TEST(Reloader, NamesTheKeysThatActAtTheNextRestartOnly) {
  ServiceWorld world;
  const std::string broker =
      "[broker]\nsocket = \"/run/other.sock\"\nloopback_port = 9000\nlock_grace = \"9s\"\n[audit]\nfile = \"/tmp/a\"\n";
  std::string text(good_file);
  text.replace(text.find("8724"), 4, "9000");
  put(world, broker + text, "x");
  ASSERT_TRUE(world.ask(world.reloader.reload()));
  const auto& keys = world.reloader.files().at_restart;
  for (const char* key : {"socket", "loopback_port", "[audit] file"})
    EXPECT_NE(std::ranges::find(keys, key), keys.end()) << key;
  EXPECT_EQ(std::ranges::find(keys, "lock_grace"), keys.end()) << "that acts at once";
  put(world, std::string(good_file), "x");
  ASSERT_TRUE(world.ask(world.reloader.reload()));
  EXPECT_EQ(std::ranges::find(keys, "loopback_port"), keys.end()) << "it is as it was at the start";
}

TEST(Reloader, AnotherIntervalActsAtOnce) {
  ServiceWorld world;
  const auto with_interval = [&](const char* interval) {
    std::string text(good_file);
    put(world, text.insert(text.find("[[app]]"), std::string("[server.health]\ninterval = \"") + interval + "\"\n"),
        "x");
    ASSERT_TRUE(world.ask(world.reloader.reload()));
  };
  with_interval("1h");
  world.clock.advance(1s);
  const auto asked = world.core.prober.durations().at("ehr").count;
  with_interval("1s");
  world.clock.advance(10s);
  EXPECT_GE(world.core.prober.durations().at("ehr").count, asked + 5);
}

TEST(Reloader, AMissingFileKeepsTheRunningConfiguration) {
  ServiceWorld world;
  const auto running = world.config.hold();
  const auto outcome = world.ask(world.reloader.reload());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::ConfigInvalid);
  EXPECT_EQ(world.config.hold(), running);
}

}  // namespace
}  // namespace wardend

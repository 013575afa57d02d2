#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Findings, OfOneFileComeAllAtOnceInTheOrderOfItsLines) {
  const Site site;
  site.write("wardend.toml", R"([broker]
loopback_port = "8724"
lock_grace = 2
lock_sources = ["logind", 3, "screensaver"]
colour = "blue"

[[server]]
name = "main"
fhir_base_url = "http://ehr.example.org/fhir"

[server.oauth]
replay = "soon"

[[app]]
id = "chart"
servers = ["main", "lost"]
client_id = "chart-1"

[[app.peer]]

[[app.scope]]
scope = "patient/observation.rs"
action = "Draw"
approved_on = "2026-05-04"
)");
  EXPECT_EQ(site.load().config, nullptr);
  EXPECT_THAT(
      site.errors(),
      ElementsAre(
          "wardend.toml:2:17: loopback_port must be a whole number from 0 to 65535",
          "wardend.toml:3:14: lock_grace must be a duration with a unit: \"500ms\", \"30s\", \"15m\", \"13h\"",
          "wardend.toml:4:16: unknown lock source screensaver: there are \"logind\" and \"control\"",
          "wardend.toml:4:27: an entry of lock_sources must be text: write it in quotes",
          "wardend.toml:5:1: unknown key colour in [broker]: take it out",
          "wardend.toml:9:17: fhir_base_url: http is for loopback only: use https",
          "wardend.toml:12:10: replay must be one of \"never\", \"late\", \"at_once\"",
          "wardend.toml:16:11: app chart names server lost, which is not configured: add its [[server]]",
          "wardend.toml:19:1: a peer rule without any key would match everybody: give user, group, unit or label",
          "wardend.toml:21:1: [[app.scope]] needs approved_by: who decided that the app may ask for it",
          "wardend.toml:22:9: not a SMART scope: did you mean patient/Observation.rs?",
          "wardend.toml:24:15: approved_on must be a date without quotes: 2026-05-04"));
}

struct Fault {
  std::string text;
  const char* finding;
};

class OneFault : public testing::TestWithParam<Fault> {};

TEST_P(OneFault, IsFoundAtItsPlaceWithANextStep) {
  const Site site;
  site.write("wardend.toml", GetParam().text);
  EXPECT_THAT(site.errors(), ElementsAre(StartsWith(std::string("wardend.toml:") + GetParam().finding)))
      << GetParam().text;
  EXPECT_EQ(site.load().config, nullptr);
}

std::string app(const std::string& keys, const std::string& parts = "[[app.peer]]\nlabel = \"x\"\n") {
  return std::string(least_server) + "[[app]]\nid = \"x\"\n" + keys + (keys.ends_with('\n') ? "" : "\n") + parts;
}
const std::string client = "servers = [\"main\"]\nclient_id = \"c\"\n";

INSTANTIATE_TEST_SUITE_P(
    Service, OneFault,
    testing::ValuesIn<Fault>({
        {"[broker]\nsocket = \"run/broker.sock\"\n", "2:10: socket must be an absolute path"},
        {"[broker]\nstate_dir = \"\"\n", "2:13: state_dir must be an absolute path"},
        {"[broker]\nsocket = \"/run/wardend/control.sock\"\n", "1:1: socket and control_socket must differ"},
        {"[broker]\nlock_socket = \"/run/wardend/broker.sock\"\n", "2:15: lock_socket must differ from socket"},
        {"[broker]\nlock_socket = \"lock.sock\"\n", "2:15: lock_socket must be an absolute path"},
        {"[broker]\nmetrics_listen = \"9724\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
        {"[broker]\nmetrics_listen = \"127.0.0.1:99999\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
        {"[broker]\nmetrics_listen = \"127.0.0.1:\"\n", "2:18: metrics_listen must be ADDRESS:PORT"},
        {"[broker]\nmetrics_textfile = \"metrics.prom\"\n", "2:20: metrics_textfile must be an absolute path"},
        {"[broker]\nlock_sources = []\n", "2:16: lock_sources is empty"},
        {"[broker]\nlock_sources = \"logind\"\n", "2:16: lock_sources must be a list"},
        {"[broker]\nunlock_proves_presence = \"true\"\n", "2:26: unlock_proves_presence must be true or false"},
        {"broker = 1\n", "1:10: broker must be a table: [broker]"},
        {"[[broker]]\n", "1:1: broker must be a table: [broker]"},
        {"[roles]\nehr = \"wheel\"\n", "2:7: ehr must be a list"},
        {"[audit]\nfile = \"audit.jsonl\"\n", "2:8: file must be an absolute path"},
        {"[audit]\non_failure = \"ignore\"\n", "2:14: on_failure must be one of \"refuse\", \"allow\""},
        {"\n[audit]\nforward_to = \"lost\"\n", "3:14: forward_to names no configured server"},
        {"[[identifier]]\nkind = \"nhs\"\n", "1:1: [[identifier]] needs system"},
        {"[[identifier]]\nsystem = \"urn:x\"\nkind = \"chi\"\n",
         "3:8: kind must be one of \"nhs\", \"nhi\", \"opaque\""},
        {"[[identifier]]\nsystem = \"a\"\nkind = \"nhs\"\n[[identifier]]\nsystem = \"a\"\nkind = \"nhs\"\n",
         "4:1: identifier a is defined already"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Servers, OneFault,
    testing::ValuesIn<Fault>({
        {"[server]\nname = \"a\"\n", "1:1: server must be written with two brackets: [[server]]"},
        {"server = [1]\n", "1:11: an entry of server must be a table: [[server]]"},
        {"[[server]]\nfhir_base_url = \"https://a.example.org\"\n", "1:1: [[server]] needs name"},
        {"[[server]]\nname = \"a\"\n", "1:1: [[server]] needs fhir_base_url"},
        {"[[server]]\nname = \"a\"\nfhir_base_url = \"ehr.example.org\"\n", "3:17: fhir_base_url: not an absolute URL"},
        {"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org?x\"\n", "3:17: fhir_base_url: a query"},
        {"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org/#x\"\n", "3:17: fhir_base_url: a fragment"},
        {"[[server]]\nname = \"a b\"\nfhir_base_url = \"https://a.example.org\"\n", "2:8: name must be "},
        {"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org\"\nca_file = \"ca.pem\"\n",
         "4:11: ca_file must be an absolute path"},
        {"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org\"\n"
         "[[server]]\nname = \"a\"\nfhir_base_url = \"https://b.example.org\"\n",
         "4:1: server a is defined already at "},
        {std::string(least_server) + "[server.oauth]\nredirect = \"any\"\n", "5:12: redirect must be one of "},
        {std::string(least_server) + "[server.oauth]\nscope_syntax = \"v3\"\n", "5:16: scope_syntax must be one of "},
        {std::string(least_server) + "[server.fhircast]\non_loss = \"wait\"\n", "5:11: on_loss must be one of "},
    }));

INSTANTIATE_TEST_SUITE_P(
    Apps, OneFault,
    testing::ValuesIn<Fault>({
        {app("servers = [\"main\"]"), "4:1: [[app]] needs client_id"},
        {app("client_id = \"c\""), "4:1: app x has no servers"},
        {app(client, ""), "4:1: app x has no [[app.peer]] rule"},
        {app(client + "launch = [\"ehr\", \"portal\"]"), "8:10: launch knows \"ehr\" and \"standalone\""},
        {app(client + "launch = []"), "8:10: launch is empty"},
        {app(client + "identity = \"maybe\""), "8:12: identity must be one of \"required\", \"none\""},
        {app(client + "client_auth = \"basic\""), "8:15: client_auth must be one of "},
        {app(client + "client_auth = \"private_key_jwt\""), "4:1: [[app]] needs credential"},
        {app(client + "open_url = \"http://app.example.org\""), "8:12: open_url must be an https URL"},
        {app(client + "redirect_uri = \"http://localhost:8724/callback\""),
         "4:1: app x: redirect_uri at main must be "},
        {app(client + "redirect_uri = \"http://127.0.0.1:9999/callback\""),
         "4:1: app x: redirect_uri at main must be "},
        {app(client + "redirect_uri = \"http://127.0.0.1:8724/other\""), "4:1: app x: redirect_uri at main must be "},
        {app(client, "[[app.peer]]\nuser = \"nobody-of-this-name\"\n"), "8:1: no user nobody-of-this-name"},
        {app(client, "[[app.peer]]\ngroup = \"no-group-of-this-name\"\n"), "8:1: no group no-group-of-this-name"},
        {app(client, "[[app.peer]]\nexe = \"/usr/bin/x\"\n"), "9:7: exe needs the drop-in"},
        {app(client,
             "[[app.peer]]\nlabel = \"x\"\n[[app.scope]]\nscope = \"openid\"\naction = \"a\"\napproved_by = \"b\"\n"),
         "10:1: [[app.scope]] needs approved_on"},
        {app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.requires]]\n"), "10:1: [[app.requires]] needs resource"},
        {app(client + "fhir_versions = [\"4.0.1\"]"),
         "8:17: fhir_versions knows \"DSTU2\", \"STU3\", \"R4\", \"R4B\" and \"R5\", not 4.0.1"},
        {app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.write]]\n"), "10:1: [[app.write]] needs resource"},
        {app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\n"), "10:1: [[app.registration]] needs server"},
        {app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\nserver = \"other\"\n"),
         "11:10: server other is not in the app's servers"},
        {app(client,
             "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\nserver = \"main\"\n"
             "[[app.registration]]\nserver = \"main\"\n"),
         "13:10: a second registration for main"},
        {"[[app]]\nservers = [\"main\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n" + std::string(least_server),
         "1:1: [[app]] needs id"},
        {"[[app]]\nid = \"../x\"\nservers = [\"main\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n" +
             std::string(least_server),
         "2:6: id must be "},
    }));

struct Misspelling {
  std::string text;
  const char* finding;
};

class UnknownKey : public testing::TestWithParam<Misspelling> {};

TEST_P(UnknownKey, IsRefusedWithTheNearestKnownOne) {
  const Site site;
  site.write("wardend.toml", GetParam().text);
  EXPECT_THAT(site.errors(), ElementsAre(std::string("wardend.toml:") + GetParam().finding)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, UnknownKey,
    testing::ValuesIn<Misspelling>({
        {"[broker]\nloopback_prt = 1\n", "2:1: unknown key loopback_prt in [broker]: did you mean loopback_port?"},
        {"[broker]\nlock_source = []\n", "2:1: unknown key lock_source in [broker]: did you mean lock_sources?"},
        {"[broker]\npassword = \"x\"\n", "2:1: unknown key password in [broker]: take it out"},
        {"[brokers]\n", "1:2: unknown key brokers in the file: did you mean broker?"},
        {"[metrics]\n", "1:2: unknown key metrics in the file: take it out"},
        {"[roles]\noperators = []\n", "2:1: unknown key operators in [roles]: did you mean operator?"},
        {"[audit]\nfiles = \"x\"\n", "2:1: unknown key files in [audit]: did you mean file?"},
        {std::string(least_server) + "[server.oath]\n", "4:9: unknown key oath in [[server]]: did you mean oauth?"},
        {std::string(least_server) + "[server.oauth]\nnone = true\n",
         "5:1: unknown key none in [server.oauth]: did you mean nonce?"},
        {std::string(least_server) + "[server.health]\nretries = 2\n",
         "5:1: unknown key retries in [server.health]: take it out"},
        {std::string(least_server) + "[server.fhircast]\nhosts = []\n",
         "5:1: unknown key hosts in [server.fhircast]: take it out"},
        {least("user_name = \"x\"\n"), "14:1: unknown key user_name in [[app.peer]]: take it out"},
        {least("[app.session]\nidle_timout = \"1m\"\n"),
         "15:1: unknown key idle_timout in [app.session]: did you mean idle_timeout?"},
        {least("[app.fallback]\nadvise = \"x\"\n"), "15:1: unknown key advise in [app.fallback]: did you mean advice?"},
        {least("\"a\\u001b[31m\\nb\" = 1\n"), "14:1: unknown key a[31mb in [[app.peer]]: take it out"},
    }));

TEST(Notes, SayWhichServerAnEhrsLaunchMeansWhereTwoShareAnAddress) {
  const Site site;
  site.write("wardend.toml",
             least("[[server]]\nname = \"b\"\nfhir_base_url = \"https://EHR.example.org:443/fhir/\"\n"));
  EXPECT_THAT(site.notes(),
              Contains(StartsWith("wardend.toml:14:1: note: server b has the fhir_base_url of server main")));
}

TEST(Notes, SayWhichPeerRulesKeepUsersApartOnly) {
  const Site site;
  site.write("wardend.toml", least("[[app.peer]]\nuser = \"root\"\n[[app.peer]]\nuser = \"root\"\nlabel = \"x\"\n"));
  EXPECT_THAT(site.notes(), Contains(StartsWith("wardend.toml:14:1: note: this rule keeps users apart")));
  EXPECT_THAT(site.notes(), Not(Contains(StartsWith("wardend.toml:16:1: note: this rule keeps users apart"))));
}

TEST(Hints, NameTheAbsentGroupsOfAllRolesOnce) {
  const Site site;
  site.write("wardend.toml", "[roles]\nehr = [\"no-b\", \"root\"]\noperator = [\"no-b\"]\nobserver = [\"no-a\"]\n");
  EXPECT_THAT(site.hints(), ElementsAre(StartsWith("wardend.toml:1:1: note: no group no-a, no-b on this machine: ")));
  EXPECT_THAT(site.notes(), Each(Not(HasSubstr("group"))));
}

TEST(Hints, NameTheMainFileEvenWhereItCannotBeRead) {
  const Site site;
  site.write("wardend.toml", "= 1\n");
  for (const Finding& finding : site.load().findings) EXPECT_EQ(finding.file, site.main()) << finding.text;
}

TEST(Hints, LeaveTheOtherRolesTheirGroups) {
  const Site site;
  site.write("wardend.toml", "\n[roles]\nehr = [\"no-group-of-this-name\"]\noperator = [\"root\"]\nobserver = []\n");
  EXPECT_THAT(site.hints(), ElementsAre(StartsWith("wardend.toml:2:1: note: no group no-group-of-this-name")));
  ASSERT_NE(site.load().config, nullptr);
  EXPECT_THAT(site.load().config->roles.ehr.gids, IsEmpty());
  EXPECT_THAT(site.load().config->roles.operators.gids, ElementsAre(0U));
}

TEST(Hints, SayWhenTheUnitAllowsTooFewDescriptors) {
  const Site site;
  site.write("wardend.toml", least("[broker]\nmax_connections = 1888\n"));
  EXPECT_THAT(site.hints(), IsEmpty());
  site.write("wardend.toml", least("[broker]\nmax_connections = 1889\n"));
  EXPECT_THAT(site.hints(), ElementsAre(HasSubstr("set LimitNOFILE= in a drop-in of wardend.service")));
}

TEST(Peers, AreResolvedToNumbersByNameOrAsWritten) {
  const Site site;
  site.write("wardend.toml", least("[[app.peer]]\nuser = \"root\"\ngroup = \"root\"\n[[app.peer]]\nuser = \"4242\"\n"));
  const ConfigPtr config = site.load().config;
  ASSERT_NE(config, nullptr);
  const auto& peers = config->apps[0].peers;
  EXPECT_EQ(peers[0].uid, std::nullopt);
  EXPECT_EQ(peers[1].uid, 0U);
  EXPECT_EQ(peers[1].gid, 0U);
  EXPECT_EQ(peers[2].uid, 4242U);
}

}  // namespace
}  // namespace wardend::config

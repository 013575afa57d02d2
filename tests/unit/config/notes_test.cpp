// What is accepted, and said nevertheless; and what is refused with the word that was probably meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "config/scope_spelling.hpp"
#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string scope(const std::string& name, const std::string& day = "2026-05-04") {
  return "[[app.scope]]\nscope = \"" + name + "\"\naction = \"a\"\napproved_by = \"b\"\napproved_on = " + day + "\n";
}
const std::string enough = scope("openid") + scope("fhirUser") + scope("offline_access");

struct Said {
  std::string text;
  const char* words;
};

class Note : public testing::TestWithParam<Said> {};

TEST_P(Note, IsMadeAndTheConfigurationStands) {
  const Site site;
  site.write("wardend.toml", GetParam().text);
  EXPECT_THAT(site.notes(), Contains(HasSubstr(GetParam().words))) << GetParam().text;
  EXPECT_THAT(site.errors(), IsEmpty()) << GetParam().text;
}

std::string with_app_key(const std::string& line) {
  std::string text = least(enough);
  return text.replace(text.find("client_id"), 0, line + "\n");
}
std::string with_server_key(const std::string& line) {
  std::string text = least(enough);
  return text.replace(text.find("[[app]]"), 0, line + "\n");
}

// The least, without launches of the app's own.
std::string by_the_ehr(const std::string& more) {
  std::string text = least(more);
  return text.replace(text.find("client_id"), 0, "launch = [\"ehr\"]\n");
}

INSTANTIATE_TEST_SUITE_P(
    KeysWithoutEffect, Note,
    testing::ValuesIn<Said>({
        {least(enough + "[broker]\nmetrics_textfile = \"/run/w.prom\"\n"),
         "note: metrics_textfile has no effect in this version: no such file is written; scrape metrics_listen"},
        {least(enough + "[audit]\nforward_to = \"main\"\n"),
         "note: forward_to has no effect in this version: audit records stay in the file"},
        {least(enough + "[[identifier]]\nsystem = \"urn:x\"\nkind = \"nhs\"\n"),
         "note: [[identifier]] has no effect in this version: no patient's identity is checked"},
        {with_app_key("require_verified_patient = true"),
         "wardend.toml:11:28: note: require_verified_patient has no effect in this version: no patient's identity is "
         "checked, and no write is held back"},
        {least(enough + "[[app.write]]\nresource = \"Observation\"\n"),
         "note: [[app.write]] has no effect in this version: nothing checks what an app writes"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Apps, Note,
    testing::ValuesIn<Said>({
        {least(),
         "wardend.toml:8:1: note: app chart has neither the scope offline_access nor online_access: its "
         "sessions end with their first token"},
        {least(scope("fhirUser")),
         "note: app chart has identity \"required\" without the scope openid, so every "
         "launch fails: add openid and fhirUser, or set identity = \"none\""},
        {least(enough),
         "wardend.toml:8:1: note: app chart may launch by itself at main, which works after a lock only "
         "with prompt = \"login\" under [server.oauth]: set that, or launch = [\"ehr\"]"},
        {least(enough + scope("openid")), "wardend.toml:29:1: note: app chart has this scope already"},
        {least(enough + scope("patient/Observaton.rs")),
         "note: FHIR has no resource type Observaton: did you mean patient/Observation.rs?"},
        {least(enough + scope("patient/Pateint.r?active=true")),
         "note: FHIR has no resource type Pateint: did you mean patient/Patient.r?active=true?"},
        {least(enough + scope("user/Zzzzzzzzz.rs")), "note: FHIR has no resource type Zzzzzzzzz"},
        {least(enough + scope("offline_acess")),
         "note: SMART has no scope offline_acess: did you mean offline_access?"},
        {least(enough + scope("fhiruser")), "note: SMART has no scope fhiruser: did you mean fhirUser?"},
        {least(enough + scope("patient/*.cruds")),
         "note: this asks for every right on every resource: name what the app needs"},
        {least(enough + scope("user/*.*")),
         "note: this asks for every right on every resource: name what the app needs"},
    }));

INSTANTIATE_TEST_SUITE_P(
    ServersAndService, Note,
    testing::ValuesIn<Said>({
        {with_server_key("staleness = \"5s\""),
         "wardend.toml:8:13: note: staleness is shorter than the interval of "
         "[server.health]: data counts as stale between two probes"},
        {least(enough + "[broker]\nmetrics_listen = \"0.0.0.0:9724\"\n"),
         "note: metrics_listen is every address of this machine, and no password is asked: name the one address"},
        {least(enough + "[broker]\nmetrics_listen = \"[::]:9724\"\n"), "note: metrics_listen is every address"},
        {std::string(least_roles), "wardend.toml:1:1: note: there is no [[server]]: no app can launch"},
        {std::string(least_roles), "wardend.toml:1:1: note: there is no [[app]]: wardend serves nobody"},
    }));

TEST(Notes, LeaveStandaloneLaunchesAloneThatAskForASignIn) {
  const Site site;
  site.write("wardend.toml", with_server_key("[server.oauth]\nprompt = \"login\""));
  EXPECT_THAT(site.notes(), IsEmpty());
}

TEST(Notes, AreNoneWhereNothingIsToBeSaid) {
  const Site site;
  site.write("wardend.toml", by_the_ehr(scope("openid") + scope("fhirUser") + scope("online_access") +
                                        scope("patient/Observation.rs?category=vital-signs") + scope("patient/*.rs") +
                                        scope("launch/patient") + scope("user/Practitioner.read") + scope("email") +
                                        scope("fhircast/Patient-open.read") + scope("https://example.org/own")));
  EXPECT_THAT(site.notes(), IsEmpty());
  EXPECT_THAT(site.errors(), IsEmpty());
}

struct Meant {
  const char* written;
  const char* meant;
};

class Spelling : public testing::TestWithParam<Meant> {};

TEST_P(Spelling, OfAScopeIsPutRightOrLeft) { EXPECT_EQ(probably_meant(GetParam().written), GetParam().meant); }

INSTANTIATE_TEST_SUITE_P(Scopes, Spelling,
                         testing::ValuesIn<Meant>({
                             {"patient/Observation.rs", ""},
                             {"patient/observation.rs", "patient/Observation.rs"},
                             {"patient/Observations.rs", "patient/Observation.rs"},
                             {"patients/Observation.rs", "patient/Observation.rs"},
                             {"patient/Observation.sr", "patient/Observation.rs"},
                             {"patient/Observation.Read", "patient/Observation.read"},
                             {"patient/Observation.reed", "patient/Observation.read"},
                             {"patient/Observation.RS", "patient/Observation.rs"},
                             {"patient/Observation.", ""},
                             {"patient/Observation", ""},
                             {"patient/*.sr", "patient/*.rs"},
                             {"openID", "openid"},
                             {"openid", ""},
                             {"ofline_access", "offline_access"},
                             {"something-else", ""},
                             {"", ""},
                         }));

struct Refused {
  std::string text;
  const char* finding;
};

class Refusal : public testing::TestWithParam<Refused> {};

TEST_P(Refusal, IsOneLineThatSaysWhatToDo) {
  const Site site;
  site.write("wardend.toml", GetParam().text);
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr(GetParam().finding))) << GetParam().text;
}

constexpr const char* secrets_go =
    "no secret stands in this file; put it alone into a file in /etc/wardend/credentials (owner root, mode 0600), and "
    "name that file: credential = \"NAME\"";

INSTANTIATE_TEST_SUITE_P(
    Table, Refusal,
    testing::ValuesIn<Refused>({
        {with_app_key("client_secret = \"x\""), secrets_go},
        {with_app_key("private_key = \"x\""), secrets_go},
        {with_app_key("credentials = \"x\""), "unknown key credentials in [[app]]: did you mean credential?"},
        {least("[broker]\nlock_grace = \"9999h\"\n"), "lock_grace must be 0s to 1m"},
        {least(scope("openid", "2999-01-01")), "approved_on is a day to come: write the day of the decision"},
        {with_server_key("allowed_token_hosts = [\"https://login.example.org\"]"),
         "wardend.toml:8:23: allowed_token_hosts lists host names alone, like login.example.org: no https://, no port, "
         "no path, no \"*\""},
        {with_server_key("allowed_token_hosts = [\"login.example.org:443\"]"), "lists host names alone"},
        {with_server_key("allowed_token_hosts = [\"*.example.org\"]"), "lists host names alone"},
        {with_server_key("[server.fhircast]\nallowed_hosts = [\"wss://hub.example.org\"]"),
         "allowed_hosts lists host names alone"},
        {std::string(least_roles) + "[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org/r4/metadata\"\n",
         "fhir_base_url ends in /metadata: write the address without it"},
        {std::string(least_roles) +
             "[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org/.well-known/smart-configuration/\"\n",
         "fhir_base_url ends in /.well-known/smart-configuration: write the address without it"},
        {std::string(least_server) + "[[app]]\nid = \"x\"\nservers = [\"mian\"]\nclient_id = \"c\"\n"
                                     "[[app.peer]]\nlabel = \"x\"\n",
         "wardend.toml:6:11: app x names server mian, which is not configured: did you mean main?"},
        {std::string(least_server) + "[[app]]\nid = \"x\"\nservers = [\"main\"]\nclient_id = \"c\"\n"
                                     "[[app.peer]]\ngroups = \"x\"\n",
         "wardend.toml:9:1: unknown key groups in [[app.peer]]: did you mean group?"},
    }));

TEST(Refusal, OfARuleBringsNoNoteAboutTheSameRule) {
  const Site site;
  std::string text = least();
  site.write("wardend.toml", text.replace(text.find("label = \"chart\""), 15, "group = \"no-group-of-this-name\""));
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("no group no-group-of-this-name")));
  EXPECT_THAT(site.notes(), Each(Not(HasSubstr("this rule keeps users apart"))));
}

// A clock that is not set must not keep a workstation from starting.
TEST(Approval, ThatIsToComeIsNoFaultAtAStart) {
  const Site site;
  site.write("wardend.toml", least(scope("openid", "2999-01-01")));
  EXPECT_NE(load(site.main(), Files::left_alone).config, nullptr);
  EXPECT_EQ(load(site.main(), Files::looked_at).config, nullptr);
}

TEST(Approval, OfTodayIsGood) {
  const Site site;
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day day{today};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  site.write("wardend.toml", least(scope("openid", text)));
  EXPECT_THAT(site.errors(), IsEmpty());
}

TEST(NamedFiles, ThatAreNotThereAreHints) {
  const Site site;
  site.write("wardend.toml", with_server_key("ca_file = \"/no/such/ca.pem\""));
  EXPECT_THAT(site.hints(), ElementsAre(HasSubstr("ca_file cannot be read (No such file or directory): until it can, "
                                                  "this server is not reached")));
  site.write("wardend.toml", with_app_key("client_auth = \"client_secret_basic\"\ncredential = \"vitals\""));
  EXPECT_THAT(site.hints(), ElementsAre(AllOf(HasSubstr("/credentials/vitals is not there, so the client cannot prove "
                                                        "itself: put it there (owner root, mode 0600), then "
                                                        "`systemctl restart wardend`"))));
  site.write("credentials/vitals", "secret");
  EXPECT_THAT(site.hints(), IsEmpty());
  std::string text = with_app_key("client_auth = \"client_secret_basic\"\ncredential = \"/no/such/secret\"");
  site.write("wardend.toml", text);
  EXPECT_THAT(site.hints(), ElementsAre(HasSubstr("/no/such/secret is not there")));
}

TEST(Findings, BeginWithTheirPlaceAndTheirKind) {
  const Site site;
  site.write("wardend.toml", least("nonsense = 1\n"));
  std::vector<std::string> texts;
  for (const Finding& finding : site.load().findings) texts.push_back(finding.to_string());
  EXPECT_THAT(texts, Contains(HasSubstr("wardend.toml:14:1: error: unknown key nonsense")));
  EXPECT_THAT(texts, Contains(HasSubstr("wardend.toml:8:1: note: app chart has neither")));
}

// The part that says where wardend listens and who may ask it why it does nothing.
TEST(AConfigurationWithFaults, StillTellsOfTheServiceItself) {
  const Site site;
  site.write("wardend.toml", "[broker]\nsocket = \"/srv/b.sock\"\nlock_sources = [\"control\"]\nlock_grace = 3\n" +
                                 least("nonsense = 1\n"));
  const Loaded loaded = site.load();
  ASSERT_EQ(loaded.config, nullptr);
  ASSERT_NE(loaded.service, nullptr);
  EXPECT_EQ(loaded.service->broker.socket, "/srv/b.sock");
  EXPECT_THAT(loaded.service->broker.lock_sources, ElementsAre("control"));
  EXPECT_EQ(loaded.service->broker.lock_grace, Broker().lock_grace);
  EXPECT_THAT(loaded.service->servers, IsEmpty());
  EXPECT_THAT(loaded.service->apps, IsEmpty());
  site.write("wardend.toml", "= no TOML");
  ASSERT_NE(site.load().service, nullptr);
  EXPECT_EQ(site.load().service->broker.socket, Broker().socket);
}

// The first configuration that people write is the one that README shows.
TEST(ReadmesExample, IsGoodAndItsSessionsAreRefreshed) {
  std::ifstream readme(WARDEND_SOURCE_DIR "/README.md");
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (inside && line == "```") break;
    if (inside) text += line + "\n";
    inside = inside || line == "```toml";
  }
  ASSERT_THAT(text, HasSubstr("group = \"clinicians\""));
  text.replace(text.find("\"clinicians\""), 12, "\"root\"");
  const Site site;
  site.write("wardend.toml", std::string(least_roles) + text);
  EXPECT_THAT(site.errors(), IsEmpty());
  EXPECT_THAT(site.notes(), ElementsAre(HasSubstr("this rule keeps users apart, not programs")));
}

}  // namespace
}  // namespace wardend::config

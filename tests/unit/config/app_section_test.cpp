#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using namespace std::chrono_literals;

TEST(AppSection, KeepsADurationWithinItsBounds) {
  for (const Bounds& row : {
           Bounds{"[app.session]",
                  "refresh_lead",
                  {"\"auto\"", "\"30s\"", "\"1h\""},
                  {"\"61m\"", "\"soon\"", "\"\"", "30"}},
           Bounds{"[app.session]", "idle_timeout", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\""}},
           Bounds{"[app.session]", "max_lifetime", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\""}},
           Bounds{"[app.session]", "park_ttl", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\"", "\"1d\""}},
       })
    expect_bounds(row);
}

TEST(AppSection, RefusesAFaultAtItsPlaceWithANextStep) {
  for (const Said& row : {
           Said{app("servers = [\"main\"]"), "4:1: [[app]] needs client_id"},
           Said{app("client_id = \"c\""), "4:1: app x has no servers"},
           Said{app(client, ""), "4:1: app x has no [[app.peer]] rule"},
           Said{app(client + "launch = [\"ehr\", \"portal\"]"), "8:10: launch knows \"ehr\" and \"standalone\""},
           Said{app(client + "launch = []"), "8:10: launch is empty"},
           Said{app(client + "identity = \"maybe\""), "8:12: identity must be one of \"required\", \"none\""},
           Said{app(client + "client_auth = \"basic\""), "8:15: client_auth must be one of "},
           Said{app(client + "client_auth = \"private_key_jwt\""), "4:1: [[app]] needs credential"},
           Said{app(client + "open_url = \"http://app.example.org\""), "8:12: open_url must be an https URL"},
           Said{app(client, "[[app.peer]]\nexe = \"/usr/bin/x\"\n"), "9:7: exe needs the drop-in"},
           Said{app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.requires]]\n"),
                "10:1: [[app.requires]] needs resource"},
           Said{app(client + "fhir_versions = [\"4.0.1\"]"),
                "8:17: fhir_versions knows \"DSTU2\", \"STU3\", \"R4\", \"R4B\" and \"R5\", not 4.0.1"},
           Said{app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.write]]\n"), "10:1: [[app.write]] needs resource"},
           Said{app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\n"),
                "10:1: [[app.registration]] needs server"},
           Said{app(client, "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\nserver = \"other\"\n"),
                "11:10: server other is not in the app's servers"},
           Said{app(client,
                    "[[app.peer]]\nlabel = \"x\"\n[[app.registration]]\nserver = \"main\"\n"
                    "[[app.registration]]\nserver = \"main\"\n"),
                "13:10: a second registration for main"},
           Said{"[[app]]\nservers = [\"main\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n" +
                    std::string(least_server),
                "1:1: [[app]] needs id"},
           Said{"[[app]]\nid = \"../x\"\nservers = [\"main\"]\nclient_id = \"c\"\n[[app.peer]]\nlabel = \"x\"\n" +
                    std::string(least_server),
                "2:6: id must be "},
       })
    expect_error(row.text, row.finding);
}

constexpr const char* secrets_go =
    "no secret stands in this file; put it alone into a file in /etc/wardend/credentials (owner root, mode 0600), and "
    "name that file: credential = \"NAME\"";

TEST(AppSection, RefusesAnUnknownKeyWithTheNearestKnownOne) {
  for (const Said& row : {
           Said{least("user_name = \"x\"\n"), "14:1: unknown key user_name in [[app.peer]]: take it out"},
           Said{least("[app.session]\nidle_timout = \"1m\"\n"),
                "15:1: unknown key idle_timout in [app.session]: did you mean idle_timeout?"},
           Said{least("[app.fallback]\nadvise = \"x\"\n"),
                "15:1: unknown key advise in [app.fallback]: did you mean advice?"},
           Said{least("\"a\\u001b[31m\\nb\" = 1\n"), "14:1: unknown key a[31mb in [[app.peer]]: take it out"},
           Said{with_app_key("client_secret = \"x\""), secrets_go},
           Said{with_app_key("private_key = \"x\""), secrets_go},
           Said{with_app_key("credentials = \"x\""), "unknown key credentials in [[app]]: did you mean credential?"},
           Said{std::string(least_server) + "[[app]]\nid = \"x\"\nservers = [\"main\"]\nclient_id = \"c\"\n"
                                            "[[app.peer]]\ngroups = \"x\"\n",
                "wardend.toml:9:1: unknown key groups in [[app.peer]]: did you mean group?"},
       })
    expect_error(row.text, row.finding);
}

TEST(AppSection, RefusesATextThatNobodyCanRead) {
  const std::string long_text(2001, 'x');
  for (const Said& row : {
           Said{with_app_key("name = \"\""), "name is empty: write the name that clinicians know the app by"},
           Said{with_app_key("name = \" \\t \""), "name has nothing but blanks"},
           Said{with_app_key("name = \"" + std::string(101, 'x') + "\""), "name must be at most 100 characters"},
           Said{with_app_key("name = \"" + std::string(100000, 'x') + "\""), "name must be at most 100 characters"},
           Said{with_app_key("name = \"a\\u001bb\""), "name has a character that no screen shows"},
           Said{with_app_key("name = \"a\\nb\""), "name has a character that no screen shows"},
           Said{with_app_key("name = \"a\\u202Eb\""), "name has a character that no screen shows, or that turns"},
           Said{with_app_key("name = \"a\\u2066b\""), "name has a character that no screen shows"},
           Said{with_app_key("name = \"a\\u0085b\""), "name has a character that no screen shows"},
           Said{with_app_key("name = \"a\\uFEFFb\""), "name has a character that no screen shows"},
           Said{with_app_key("population = \"" + long_text + "\""), "population must be at most 2000 characters"},
           Said{with_app_key("consent = \"a\\u202Eb\""), "consent has a character that no screen shows"},
           Said{least(enough + "[app.fallback]\nadvice = \"a\\u001b[31mb\"\n"),
                "advice has a character that no screen"},
       })
    expect_error(row.text, row.finding);
}

TEST(AppSection, TakesNamesOfEveryScript) {
  const std::string hundred_characters = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "\u00e4";
    return text;
  }();
  for (const std::string& name : {hundred_characters, std::string("\u05d3\u05d5\u05d7"),
                                  std::string("\u0646\u0645\u200c\u0627"), std::string("a\u00a0b")}) {
    const Site site;
    site.write("wardend.toml", with_app_key("name = \"" + name + "\"\npopulation = \"a\\nb\""));
    EXPECT_THAT(site.errors(), testing::IsEmpty()) << name;
  }
}

TEST(AppSection, SaysWhatWillNotWork) {
  for (const Said& row : {
           Said{with_app_key("require_verified_patient = true"),
                "wardend.toml:11:28: note: no scope of app chart lets wardend read the patient's record, so every "
                "launch "
                "with a patient will be refused: add patient/Patient.r"},
           Said{least(enough + "[[app.write]]\nresource = \"Observatoin\"\n"),
                "note: FHIR has no resource type Observatoin: did you mean Observation?"},
       })
    expect_note(row.text, row.finding);
}

TEST(Notes, SayWhichPeerRulesKeepUsersApartOnly) {
  const Site site;
  site.write("wardend.toml", least("[[app.peer]]\nuser = \"root\"\n[[app.peer]]\nuser = \"root\"\nlabel = \"x\"\n"));
  EXPECT_THAT(site.notes(), Contains(StartsWith("wardend.toml:14:1: note: this rule keeps users apart")));
  EXPECT_THAT(site.notes(), Not(Contains(StartsWith("wardend.toml:16:1: note: this rule keeps users apart"))));
}

TEST(Refusal, OfARuleBringsNoNoteAboutTheSameRule) {
  const Site site;
  std::string text = least();
  site.write("wardend.toml", text.replace(text.find("label = \"chart\""), 15, "group = \"no-group-of-this-name\""));
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("no group no-group-of-this-name")));
  EXPECT_THAT(site.notes(), Each(Not(HasSubstr("this rule keeps users apart"))));
}

TEST(NamedFiles, ThatAreNotThereAreHints) {
  const Site site;
  site.write("wardend.toml", with_server_key("ca_file = \"/no/such/ca.pem\""));
  EXPECT_THAT(site.hints(), ElementsAre(HasSubstr("ca_file cannot be read (No such file or directory): until that is "
                                                  "mended, this server is not reached")));
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

TEST(Defaults, OfAnAppHoldWhereOnlyWhatItNeedsIsGiven) {
  const ConfigPtr config = loaded(least());
  ASSERT_NE(config, nullptr);
  ASSERT_THAT(config->apps, SizeIs(1));
  const App& app = config->apps[0];
  EXPECT_EQ(app.name, "chart");
  EXPECT_EQ(app.identity, Identity::required);
  EXPECT_EQ(app.patient_context, PatientContext::required);
  EXPECT_EQ(app.on_scope_shortfall, OnScopeShortfall::warn);
  EXPECT_TRUE(app.launch_ehr && app.launch_standalone && app.enabled);
  EXPECT_FALSE(app.require_verified_patient);
  ASSERT_THAT(app.registrations, SizeIs(1));
  EXPECT_EQ(app.registrations[0].server, "main");
  EXPECT_EQ(app.registrations[0].client_id, "chart-1");
  EXPECT_EQ(app.registrations[0].client_auth, ClientAuth::none);
  EXPECT_EQ(app.registrations[0].redirect_uri, "http://127.0.0.1:8724/callback");
  EXPECT_EQ(app.session.refresh_lead, std::nullopt);
  EXPECT_EQ(app.session.idle_timeout, 30min);
  EXPECT_EQ(app.session.max_lifetime, 13h);
  EXPECT_EQ(app.session.park_ttl, 30min);
}

TEST(Defaults, OfTheRedirectFollowTheLoopbackPort) {
  const ConfigPtr config = loaded("[broker]\nloopback_port = 9000\n" + least());
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(config->apps[0].registrations[0].redirect_uri, "http://127.0.0.1:9000/callback");
}

TEST(Registration, TakesWhatItLeavesOutFromTheApp) {
  const ConfigPtr config =
      loaded(least("[[server]]\nname = \"other\"\nfhir_base_url = \"https://other.example.org\"\n"
                   "[[app]]\nid = \"two\"\nservers = [\"main\", \"other\"]\nclient_id = \"two-1\"\n"
                   "[[app.registration]]\nserver = \"other\"\nclient_id = \"two-2\"\n[[app.peer]]\nlabel = \"two\"\n"));
  ASSERT_NE(config, nullptr);
  const App* app = config->app("two");
  ASSERT_NE(app, nullptr);
  EXPECT_EQ(app->registration("main")->client_id, "two-1");
  EXPECT_EQ(app->registration("other")->client_id, "two-2");
  EXPECT_EQ(app->registration("other")->redirect_uri, "http://127.0.0.1:8724/callback");
  EXPECT_EQ(app->registration("elsewhere"), nullptr);
}

}  // namespace
}  // namespace wardend::config

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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
using testing::SizeIs;
using testing::StartsWith;

std::string server(const std::string& name) {
  return "[[server]]\nname = \"" + name + "\"\nfhir_base_url = \"https://" + name + ".example.org\"\n";
}

TEST(DropIns, AddServersAndAppsInTheOrderOfTheirNames) {
  const Site site;
  site.write("wardend.toml", least());
  site.write("conf.d/20-b.toml", server("b"));
  site.write("conf.d/10-a.toml", server("a"));
  site.write("conf.d/30-app.toml",
             "[[app]]\nid = \"far\"\nservers = [\"b\"]\nclient_id = \"x\"\n[[app.peer]]\nlabel = \"far\"\n");
  site.write("conf.d/README", "not TOML");
  site.write("conf.d/40-old.toml.bak", "not TOML");
  EXPECT_THAT(site.errors(), IsEmpty());
  const ConfigPtr config = site.load().config;
  ASSERT_NE(config, nullptr);
  ASSERT_THAT(config->servers, SizeIs(3));
  EXPECT_EQ(config->servers[0].name, "main");
  EXPECT_EQ(config->servers[1].name, "a");
  EXPECT_EQ(config->servers[2].name, "b");
  EXPECT_NE(config->app("far"), nullptr);
}

TEST(DropIns, ArePassedOverWhereTheirNameBeginsWithADot) {
  const Site site;
  site.write("wardend.toml", least());
  site.write("conf.d/.a.toml", "not TOML");
  site.write("conf.d/.toml", "not TOML");
  std::filesystem::create_symlink("root@ward.4711:1", site.folder() / "conf.d/.#vitals.toml");
  EXPECT_THAT(site.errors(), IsEmpty());
  std::error_code failed;
  EXPECT_THAT(files_of(site.main(), failed), ElementsAre(site.main()));
}

TEST(DropIns, NeverRedefineWhatAnotherFileDefined) {
  const Site site;
  site.write("wardend.toml", least());
  site.write("conf.d/a.toml", server("extra"));
  site.write("conf.d/b.toml", "\n" + server("main") + server("extra") +
                                  "[[app]]\nid = \"chart\"\nservers = [\"main\"]\nclient_id = \"x\"\n"
                                  "[[app.peer]]\nlabel = \"x\"\n");
  EXPECT_EQ(site.load().config, nullptr);
  EXPECT_THAT(
      site.errors(),
      ElementsAre(
          AllOf(StartsWith("conf.d/b.toml:2:1: server main is defined already at "),
                HasSubstr("wardend.toml:5: give it another name")),
          AllOf(StartsWith("conf.d/b.toml:5:1: server extra is defined already at "), HasSubstr("conf.d/a.toml:1: ")),
          AllOf(StartsWith("conf.d/b.toml:8:1: app chart is defined already at "), HasSubstr("wardend.toml:8: "))));
}

TEST(DropIns, LeaveTheServiceItselfToTheMainFile) {
  const Site site;
  site.write("wardend.toml", least());
  site.write("conf.d/a.toml", "[broker]\nloopback_port = 1\n[roles]\nehr = []\n[audit]\n");
  EXPECT_THAT(site.errors(),
              ElementsAre(StartsWith("conf.d/a.toml:1:1: [broker]"), StartsWith("conf.d/a.toml:3:1: [broker]"),
                          StartsWith("conf.d/a.toml:5:1: [broker]")));
}

TEST(DropIns, ThatCannotBeReadStopTheLoad) {
  const Site site;
  site.write("wardend.toml", least());
  std::filesystem::create_directories(site.folder() / "conf.d/folder.toml");
  std::filesystem::create_symlink("nowhere", site.folder() / "conf.d/gone.toml");
  EXPECT_THAT(site.errors(), ElementsAre(StartsWith("conf.d/folder.toml:1:1: cannot be read (not a file)"),
                                         StartsWith("conf.d/gone.toml:1:1: cannot be read (No such file")));
  EXPECT_EQ(site.load().config, nullptr);
}

TEST(DropIns, MustBeInAFolder) {
  const Site site;
  site.write("wardend.toml", least());
  site.write("conf.d", "");
  EXPECT_THAT(site.errors(), ElementsAre(StartsWith("conf.d:1:1: cannot be read (")));
}

TEST(MainFile, ThatIsNotThereIsAFinding) {
  const Site site;
  EXPECT_THAT(site.errors(), ElementsAre(StartsWith("wardend.toml:1:1: cannot be read (No such file or directory)")));
  EXPECT_EQ(site.load().config, nullptr);
}

TEST(MainFile, MustBeAFileThatEnds) {
  const Site site;
  std::filesystem::create_directory(site.main());
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("not a file")));
  std::filesystem::remove(site.main());
  ASSERT_EQ(::mkfifo(site.main().c_str(), 0600), 0);
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("not a file")));
  std::filesystem::remove(site.main());
  std::filesystem::create_symlink("/dev/zero", site.main());
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("not a file")));
}

TEST(MainFile, MustBeReadable) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every file";
  const Site site;
  site.write("wardend.toml", "");
  std::filesystem::permissions(site.main(), std::filesystem::perms::none);
  EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("Permission denied")));
}

TEST(MainFile, MayBeAMebibyteLongAndNoLonger) {
  const Site site;
  const std::string text = least();
  site.write("wardend.toml", text + "#" + std::string(1024UL * 1024 - text.size() - 1, 'x'));
  EXPECT_THAT(site.errors(), IsEmpty());
  site.write("wardend.toml", text + "#" + std::string(1024UL * 1024 - text.size(), 'x'));
  EXPECT_THAT(site.errors(), ElementsAre("wardend.toml:1:1: larger than 1 MiB: this is no configuration"));
}

TEST(MainFile, ThatIsNoTomlSaysWhereAndDoesNotHideTheOtherFilesFaults) {
  const Site site;
  site.write("wardend.toml", "[broker]\nloopback_port = = 1\n");
  site.write("conf.d/a.toml", "[[server]\n");
  site.write("conf.d/b.toml", "colour = 1\n");
  EXPECT_THAT(site.errors(), ElementsAre(StartsWith("wardend.toml:2:17: not TOML: "), StartsWith("conf.d/a.toml:1:"),
                                         StartsWith("conf.d/b.toml:1:1: unknown key colour")));
}

TEST(MainFile, ThatIsNoTextIsRefused) {
  const Site site;
  for (const std::string& text :
       {std::string("\x7f\x45LF\0\0", 6), std::string("a = \"\xff\xfe\""), std::string(4096, '\0')}) {
    site.write("wardend.toml", text);
    EXPECT_THAT(site.errors(), ElementsAre(HasSubstr("not TOML")));
  }
}

TEST(Findings, NeverRepeatAValue) {
  const Site site;
  for (const char* text :
       {"client_secret = \"hunter2\"\n", "[broker]\nsocket = \"hunter2\"\n", "[broker]\nlock_grace = \"hunter2\"\n",
        "[broker]\nmetrics_listen = \"hunter2\"\n", "x = \"hunter2\n", "x = hunter2\n", "x = 'hunter2\n",
        "x = \"hunter2\\q\"\n", "[[server]]\nname = \"a\"\nfhir_base_url = \"https://user:hunter2@ehr.example.org\"\n",
        "[[app]]\nid = \"a\"\nservers = [\"a\"]\nclient_id = \"a\"\nclient_auth = \"hunter2\"\ncredential = 7\n"
        "client_secret = \"hunter2\"\nopen_url = \"http://hunter2\"\nredirect_uri = \"http://hunter2\"\n"}) {
    site.write("wardend.toml", text);
    EXPECT_THAT(site.errors(), AllOf(Not(IsEmpty()), Each(Not(HasSubstr("hunter"))))) << text;
  }
}

TEST(Digest, ChangesWithEveryByteThatIsRead) {
  const Site site;
  site.write("wardend.toml", least());
  const std::string first = site.load().config->digest;
  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(site.load().config->digest, first);
  site.write("wardend.toml", least() + "\n");
  const std::string second = site.load().config->digest;
  EXPECT_NE(second, first);
  site.write("conf.d/a.toml", "");
  const std::string third = site.load().config->digest;
  site.write("conf.d/a.toml", "# more\n");
  const std::string fourth = site.load().config->digest;
  EXPECT_NE(fourth, third);
  site.write("wardend.toml", least());
  EXPECT_NE(site.load().config->digest, fourth) << "of the main file too, where there are drop-ins";
}

TEST(MainFile, RefusesWhatBelongsNowhereInIt) {
  for (const Said& row : {
           Said{"broker = 1\n", "1:10: broker must be a table: [broker]"},
           Said{"[[broker]]\n", "1:1: broker must be a table: [broker]"},
           Said{"\n[audit]\nforward_to = \"lost\"\n", "3:14: forward_to names no configured server"},
           Said{"[[identifier]]\nsystem = \"a\"\nkind = \"nhs\"\n[[identifier]]\nsystem = \"a\"\nkind = \"nhs\"\n",
                "wardend.toml:1: take one of the two out"},
           Said{"[server]\nname = \"a\"\n", "1:1: server must be written with two brackets: [[server]]"},
           Said{"server = [1]\n", "1:11: an entry of server must be a table: [[server]]"},
           Said{"[[server]]\nname = \"a\"\nfhir_base_url = \"https://a.example.org\"\n"
                "[[server]]\nname = \"a\"\nfhir_base_url = \"https://b.example.org\"\n",
                "4:1: server a is defined already at "},
           Said{"[brokers]\n", "1:2: unknown key brokers in the file: did you mean broker?"},
           Said{"[metrics]\n", "1:2: unknown key metrics in the file: take it out"},
       })
    expect_error(row.text, row.finding);
}

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

TEST(Notes, SayWhichServerAnEhrsLaunchMeansWhereTwoShareAnAddress) {
  const Site site;
  site.write("wardend.toml",
             least("[[server]]\nname = \"b\"\nfhir_base_url = \"https://EHR.example.org:443/fhir/\"\n"));
  EXPECT_THAT(site.notes(),
              Contains(StartsWith("wardend.toml:14:1: note: server b has the fhir_base_url of server main")));
}

TEST(Hints, NameTheMainFileEvenWhereItCannotBeRead) {
  const Site site;
  site.write("wardend.toml", "= 1\n");
  for (const Finding& finding : site.load().findings) EXPECT_EQ(finding.file, site.main()) << finding.text;
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

}  // namespace
}  // namespace wardend::config

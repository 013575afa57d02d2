#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::AllOf;
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

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(HostileNesting, IsRefusedBeforeItCanExhaustTheStack) {
  const Site site;
  for (const std::string& text :
       {"a = " + std::string(500'000, '['), "a = " + repeated("{a=", 200'000), "[" + repeated("a.", 400'000) + "a]\n",
        repeated("a.", 400'000) + "a = 1\n", "a = {" + repeated("a.", 400'000) + "a = 1}\n",
        "[[" + repeated("a . ", 200'000) + "a]]\n", repeated("\"a\".", 200'000) + "a = 1\n"}) {
    site.write("wardend.toml", text);
    EXPECT_THAT(site.errors(), ElementsAre(StartsWith("wardend.toml:1:"))) << text.substr(0, 20);
  }
}

TEST(HostileNesting, OfManyHeadersOneBelowTheOtherIsRefusedToo) {
  const Site site;
  std::string text;
  std::string header = "a";
  for (int depth = 0; depth < 500; ++depth) {
    text += "[" + header + "]\n";
    header += ".a";
  }
  site.write("wardend.toml", text);
  EXPECT_THAT(site.errors(), Not(IsEmpty()));
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
  EXPECT_NE(site.load().config->digest, third);
}

}  // namespace
}  // namespace wardend::config

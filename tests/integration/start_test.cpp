// What an administrator reads when wardend starts, or does not.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* absent_groups =
    "[roles]\nehr = [\"no-such-a\"]\noperator = [\"no-such-b\"]\nobserver = [\"no-such-c\"]\n";

std::vector<std::string> lines_with(const std::string& word, const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.find(word) != std::string::npos) found.push_back(line);
  return found;
}

// An address where nobody answers: nothing here needs a server.
Settings settings() {
  return {.fhir_base = "http://127.0.0.1:1/fhir", .peer = "label = \"vitals\"", .more = absent_groups};
}

TEST(Start, NamesTheAbsentGroupsInOneLineThatIsNoWarning) {
  Site site;
  site.start(settings());
  const std::string log = site.wardend().output();
  EXPECT_THAT(lines_with("no group", log), ElementsAre(HasSubstr("no group no-such-a, no-such-b, no-such-c")));
  EXPECT_THAT(lines_with("no group", log), ElementsAre(HasSubstr(" info ")));
  const std::string until_started = log.substr(0, log.find("wardend started"));
  EXPECT_THAT(lines_with(" warning ", until_started), Not(testing::Contains(HasSubstr("group"))));
}

TEST(Start, CheckPrintsTheAbsentGroupsAsANote) {
  const Site site;
  site.write_config(settings());
  const Finished checked = run({{program("wardend"), "--check", "--config", site.config()}});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(lines_with("no group", checked.out),
              ElementsAre(HasSubstr(": note: no group no-such-a, no-such-b, no-such-c")));
}

TEST(Start, BesideAWardendThatRunsSaysHowToEndThatOne) {
  Site site;
  site.start(settings());
  const Finished second = run({{program("wardend"), "--config", site.config()}});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(lines_with("another wardend is running", second.err),
              ElementsAre(HasSubstr("systemctl stop 'wardend*'")));
  EXPECT_EQ(site.wardctl({"status"}).exit_code, 0) << "the first one was touched";
}

Finished check(const Site& site, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {program("wardend"), "--check", "--config", site.config()};
  words.insert(words.end(), more.begin(), more.end());
  return run({words});
}

// What the configuration alone decides stops --check as it stops the start.
TEST(Start, FailsWhereCheckFails) {
  const Site site;
  const std::string name = "name = \"Vitals trend\"";
  const struct {
    std::string instead_of, written, said;
  } table[] = {
      {"\nsocket = ", "\nsocket = \"/" + std::string(120, 'x') + "\" # ", "socket must be at most 107 bytes"},
      {"loopback_port = ", "loopback_port = " + std::to_string(site.metrics_port()) + " # ", "have one port"},
      {name, "name = \"\"", "name is empty"},
      {name, "name = \"" + std::string(100'000, 'x') + "\"", "name must be at most 100 characters"},
      {name, "name = \"a\\u001bb\"", "name has a character that no screen shows"},
      {name, "name = \"a\\u202Eb\"", "or that turns the text around it"},
      {"2026-05-04", "0001-01-01", "approved_on is a day before 2000"},
  };
  for (const auto& row : table) {
    site.write_config(settings());
    std::stringstream text;
    text << std::ifstream(site.config()).rdbuf();
    std::string changed = text.str();
    changed.replace(changed.find(row.instead_of), row.instead_of.size(), row.written);
    std::ofstream(site.config()) << changed;
    for (const Finished& done : {check(site), run({{program("wardend"), "--config", site.config()}})}) {
      EXPECT_EQ(done.exit_code, 78) << row.said << done.out << done.err;
      EXPECT_THAT(done.out + done.err, HasSubstr(row.said));
    }
  }
}

void write_private(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// What a launch would refuse of a credential is a note, in the launch's own words, without anything of the credential.
TEST(Start, CheckSaysWhatIsWrongWithACredential) {
  const Site site;
  Settings of = settings();
  of.client_auth = "private_key_jwt";
  const std::pair<std::string, std::string> table[] = {
      {"", "is empty"},
      {std::string(2'000'000, 'x'), "is larger than 16 KiB"},
      {"-----BEGIN PRIVATE KEY-----\nhunter2\n", "the key is PEM"},
      {R"({"keys":[],"x":"hunter2"})", "a set of keys"},
      {R"({"kty":"EC","crv":"P-256","x":"hunter2"})", "P-384"},
      {"hunter2\n", "the key is no JWK"},
  };
  for (const auto& [text, said] : table) {
    of.credential = (site.folder() / "credential").string();
    write_private(of.credential, text);
    site.write_config(of);
    const Finished done = check(site);
    EXPECT_EQ(done.exit_code, 0) << said << done.out;
    EXPECT_THAT(lines_with("the client cannot prove itself", done.out), ElementsAre(HasSubstr(said)));
    EXPECT_THAT(done.out + done.err, Not(HasSubstr("hunter2")));
  }
  of.credential = site.folder().string();
  site.write_config(of);
  EXPECT_THAT(check(site).out, HasSubstr("is not a file"));
  std::filesystem::permissions(site.folder() / "credential", std::filesystem::perms(0644));
  of.credential = (site.folder() / "credential").string();
  site.write_config(of);
  EXPECT_THAT(check(site).out, HasSubstr("can be read or changed by others: chmod 0600"));
}

TEST(Start, CheckPrintsOneObjectForMachines) {
  const Site site;
  site.write_config(settings());
  const auto good = nlohmann::json::parse(check(site, {"--json"}).out);
  EXPECT_TRUE(good.at("good"));
  EXPECT_EQ(good.at("apps"), 1);
  EXPECT_EQ(good.at("findings").at(0).at("severity"), "note");
  std::ofstream(site.config(), std::ios::app) << "\n[brokr]\n";
  const Finished faulty = site.wardctl({"--json", "check", site.config()});
  EXPECT_EQ(faulty.exit_code, 1);
  EXPECT_FALSE(nlohmann::json::parse(faulty.out).at("good"));
  EXPECT_EQ(nlohmann::json::parse(faulty.err).at("error"), "ConfigInvalid");
}

TEST(Start, NotesOfTheConfigurationAreNoWarnings) {
  Site site;
  Settings noted = settings();
  noted.peer = "user = \"root\"";
  site.start(noted);
  EXPECT_THAT(lines_with(": note: ", site.wardend().output()), AllOf(Not(IsEmpty()), Each(HasSubstr(" info "))));
}

TEST(Start, AnEditorsLockInTheFolderIsPassedOver) {
  const Site site;
  site.write_config(settings());
  std::filesystem::create_directory(site.folder() / "conf.d");
  std::filesystem::create_symlink("root@ward.1:1", site.folder() / "conf.d/.#vitals.toml");
  std::ofstream(site.folder() / "conf.d/.a.toml") << "nonsense = 1\n";
  EXPECT_EQ(check(site).exit_code, 0) << check(site).out;
}

TEST(Start, ALockBeforeAnybodyCalledSaysThatItHolds) {
  Site site;
  site.start(settings());
  const Finished lock = site.wardctl({"lock"});
  EXPECT_EQ(lock.exit_code, 0) << lock.err;
  EXPECT_THAT(lock.out, HasSubstr("1 login session held until somebody signs in"));
}

}  // namespace
}  // namespace wardend::test

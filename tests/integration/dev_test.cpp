// `wardctl dev`, and the first hour of docs/for-developers.md: each of its commands, as it stands there.
#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/integration/site.hpp"
#include "tests/integration/terminal.hpp"

namespace wardend::test {
namespace {

using testing::HasSubstr;

class Dev : public ::testing::Test {
 protected:
  Dev() { std::filesystem::create_directory(runtime()); }
  [[nodiscard]] std::filesystem::path runtime() const { return site.folder() / "runtime"; }
  [[nodiscard]] Command command(const std::vector<std::string>& words = {}) const {
    Command made{{program("wardctl"), "dev"}, {"XDG_RUNTIME_DIR=" + runtime().string()}};
    made.arguments.insert(made.arguments.end(), words.begin(), words.end());
    return made;
  }
  // Starts it, and reads the line that a developer copies.
  void begin(const std::vector<std::string>& words = {}) {
    dev.emplace(command(words), site.folder() / "dev.log");
    ASSERT_TRUE(dev->wait_for("The broker's log")) << dev->output();
    const std::string said = dev->output();
    static const std::regex line("export (WARDEND_SOCKET=\\S+) (WARDEND_CONTROL=\\S+) (EHR=\\S+)");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(said, found, line)) << said;
    environment = {found[1], found[2], found[3], "PATH=" + path()};
  }
  [[nodiscard]] static std::string path() {
    return program("wardctl").parent_path().string() + ":" + std::getenv("PATH");
  }
  [[nodiscard]] Finished shell(const std::string& line) const { return run({{"sh", "-c", line}, environment}); }
  // The address behind these words.
  [[nodiscard]] std::string address_after(const std::string& words) const {
    const std::string said = dev->output();
    const auto from = said.find("http", said.find(words));
    return said.substr(from, said.find('\n', from) - from);
  }
  [[nodiscard]] std::string own_session() const {
    const auto listed = nlohmann::json::parse(shell("wardctl --json sessions").out, nullptr, false);
    for (const auto& session : listed.value("sessions", nlohmann::json::array()))
      if (session.value("state", "") == "active") return session.value("id", "");
    return {};
  }
  [[nodiscard]] int refreshes() const {
    const auto stats = nlohmann::json::parse(shell("curl -sf $EHR/_sandbox/stats").out, nullptr, false);
    return stats.is_object() ? stats.value("refreshes", -1) : -1;
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(eventually([&] { return std::filesystem::is_empty(runtime()); }));
    EXPECT_TRUE(eventually([&] { return shell("curl -s --max-time 1 $EHR/_sandbox/config").exit_code != 0; }));
  }

  Site site;  // its folder alone
  std::optional<Child> dev;
  std::vector<std::string> environment;
};

TEST_F(Dev, GivesABrokerAndAnEhrAndLeavesNothing) {
  begin();
  EXPECT_EQ(site.browser().open(address_after("Open the app from the EHR:")).status, 200);
  EXPECT_EQ(shell("wardctl token | grep -c .").out, "1\n");
  EXPECT_EQ(shell("wardctl lock").exit_code, 0);
  EXPECT_NE(shell("wardctl token").exit_code, 0);
  dev->send_signal(SIGINT);
  EXPECT_EQ(dev->wait_end(), 128 + SIGINT);
  EXPECT_THAT(dev->output(), HasSubstr("are gone"));
  expect_nothing_left();
}

TEST_F(Dev, DiesWithWhoeverStartedItAndItsFolderGoesWithTheNext) {
  begin();
  dev->send_signal(SIGKILL);
  EXPECT_EQ(dev->wait_end(), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return shell("curl -s --max-time 1 $EHR/_sandbox/config").exit_code != 0; }))
      << "the EHR still runs";
  const auto minutes_ago = std::filesystem::file_time_type::clock::now() - std::chrono::minutes(5);
  for (const auto& left : std::filesystem::directory_iterator(runtime()))
    std::filesystem::last_write_time(left.path(), minutes_ago);
  begin();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(runtime()), std::filesystem::directory_iterator()), 1);
}

TEST_F(Dev, TakesAnAppOfOnesOwn) {
  site.write_config({.fhir_base = "https://ehr.example.org/fhir", .app = "launch = [\"standalone\"]"});
  begin({"vitals", "ehr", "--config", site.config(), "--like", "smart1"});
  const Finished profile = shell("curl -sf $EHR/_sandbox/profile");
  EXPECT_THAT(profile.out, HasSubstr("smart1"));
  EXPECT_THAT(shell("wardctl health").out, HasSubstr("ehr"));
  EXPECT_THAT(dev->output(), testing::Not(HasSubstr("Open the app from the EHR")));
}

TEST_F(Dev, SaysWhyItDoesNotStart) {
  const Finished none = run(command({"nobody"}));
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("--config names the file"));
  EXPECT_EQ(run(command({"--like", "nobody"})).exit_code, 2);
  EXPECT_TRUE(std::filesystem::is_empty(runtime()));
}

TEST_F(Dev, PrintsOneObjectForScripts) {
  dev.emplace(command({"--json"}), site.folder() / "dev.log");
  ASSERT_TRUE(dev->wait_for("}\n")) << dev->output();
  const auto said = nlohmann::json::parse(dev->output(), nullptr, false);
  ASSERT_TRUE(said.is_object()) << dev->output();
  EXPECT_EQ(said.at("app"), "vitals");
  EXPECT_TRUE(std::filesystem::exists(said.at("socket").get<std::string>()));
}

// Every command of the page, in its order: in a shell, or typed into the example.
TEST_F(Dev, TheFirstHourOfThePageWorks) {
  std::ifstream page(std::string(WARDEND_SOURCE_DIR) + "/docs/for-developers.md");
  std::optional<Terminal> app;
  int commands = 0;
  int launches = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("    ")) continue;
    line.erase(0, 4);
    ++commands;
    if (line.starts_with("sudo apt install ")) continue;  // machine/package_test installs packages
    if (line.starts_with("wardctl dev ")) continue;       // with a file of one's own: TakesAnAppOfOnesOwn
    if (line == "wardctl dev") {
      begin();
    } else if (line.starts_with("cp -r /usr/share/doc/libwardend-dev/examples ")) {
      std::filesystem::copy(std::string(WARDEND_SOURCE_DIR) + "/examples", site.folder() / "examples",
                            std::filesystem::copy_options::recursive);
    } else if (line == "python3 examples/python/app.py") {
      app.emplace(site.folder(), Command{{WARDEND_PYTHON, site.folder() / "examples/python/app.py"}, environment});
    } else if (line == "> launch") {
      ASSERT_TRUE(app);
      app->launch(Browser(site.folder() / ("cookies-" + std::to_string(++launches))));
      EXPECT_TRUE(app->shows("Confirmed.")) << app->shown();
      if (launches == 2) EXPECT_THAT(app->shown(), HasSubstr("Your note is back: half a thought"));
    } else if (line.starts_with("> ")) {
      ASSERT_TRUE(app);
      if (line == "> save") EXPECT_TRUE(app->shows("\nConfirmed.")) << app->shown();  // the EHR is back
      app->type(line.substr(2));
      if (line == "> save") EXPECT_TRUE(app->shows("Saved.")) << app->shown();
    } else {
      if (const auto at = line.find("SESSION"); line.starts_with("wardctl fhir ")) line.replace(at, 7, own_session());
      if (line == "wardctl lock") EXPECT_TRUE(app->shows("Confirmed.")) << app->shown();
      const Finished finished = shell(line);
      EXPECT_EQ(finished.exit_code, 0) << line << ": " << finished.err;
      if (line.contains("401")) EXPECT_TRUE(eventually([&] { return refreshes() == 1; }));
      if (line.contains("true")) EXPECT_TRUE(app->shows("NOT CONFIRMED")) << app->shown();
      if (line.contains("true")) app->look_away();
      if (line != "wardctl lock") continue;
      EXPECT_TRUE(app->shows("Your note is kept for you.")) << app->shown();
      wait_for_the_next_second();
    }
  }
  EXPECT_EQ(commands, 17);
  EXPECT_EQ(launches, 2);
}

}  // namespace
}  // namespace wardend::test

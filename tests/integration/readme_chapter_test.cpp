// A newcomer's way: README's own configuration through the commands of its chapter "Go live", as they are printed.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using ::testing::AllOf, ::testing::HasSubstr, ::testing::Not;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The example between ```toml and ```.
std::string example_of_readme() {
  const std::string readme = text_of(WARDEND_SOURCE_DIR "/README.md");
  const auto begin = readme.find("```toml\n") + 8;
  return readme.substr(begin, readme.find("```\n", begin) - begin);
}

// The indented lines of README's "Go live", in order.
std::string commands_of_readme() {
  std::istringstream readme(text_of(WARDEND_SOURCE_DIR "/README.md"));
  std::string commands, line;
  bool within = false;
  while (std::getline(readme, line)) {
    if (line.starts_with("## ")) within = line == "## Go live";
    if (within && line.starts_with("    ")) commands += line.substr(4) + "\n";
  }
  return commands;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

class ReadmesChapter : public Scenario {
 protected:
  // The same with this site's server and port in place of those on paper.
  [[nodiscard]] std::string here(std::string text) const {
    text = replaced(std::move(text), "https://ehr.example.org/fhir/r4", ehr.fhir_base());
    return replaced(std::move(text), "http://127.0.0.1:8724/", site.loopback() + "/");
  }
  [[nodiscard]] Finished typed(const std::filesystem::path& folder, const std::string& commands) const {
    const std::string path = "PATH=" + program("wardctl").parent_path().string() + ":" + std::getenv("PATH");
    return run({{"bash", "-ec", "cd " + folder.string() + "\n" + commands},
                {path, "WARDEND_CONTROL=" + (site.folder() / "control.sock").string()}},
               90s);
  }
};

TEST_F(ReadmesChapter, PassesWithReadmesExampleOnTheWorkstation) {
  start({.more = replaced(here(example_of_readme()), "\"clinicians\"", "\"root\"")});
  const std::string commands = commands_of_readme();
  ASSERT_THAT(commands, AllOf(HasSubstr("wardctl verify --offline"), HasSubstr("curl"), HasSubstr("--json")));
  const Finished done = typed(site.folder(), here(commands));
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("Observation"), Not(HasSubstr("  wider"))));
  EXPECT_THAT(text_of(site.folder() / "rehearsal.md"), HasSubstr("0 not as expected"));
  for (const char* report : {"vendor.md", "go-live.md"})
    EXPECT_THAT(text_of(site.folder() / report), HasSubstr("| result | ready |")) << report;
}

// Before there is a workstation: nobody has its group, and no wardend runs.
TEST_F(ReadmesChapter, PassesAsPrintedWhereItsGroupDoesNotExist) {
  const auto folder = site.folder() / "elsewhere";
  std::filesystem::create_directory(folder);
  std::string example = replaced(example_of_readme(), "https://ehr.example.org/fhir/r4", ehr.fhir_base());
  example = replaced(std::move(example), "\"clinicians\"", "\"no-group-of-this-name\"");
  std::ofstream(folder / "wardend.toml") << example << "[[app.peer]]\nuser = \"no-user-of-this-name\"\n";
  std::istringstream lines(here(commands_of_readme()));
  std::string commands;
  for (std::string line; std::getline(lines, line);)
    if (!line.contains("verify vitals-trend")) commands += line + "\n";
  ASSERT_THAT(commands, AllOf(HasSubstr("--offline"), HasSubstr("wardctl scopes"), HasSubstr("wardctl rehearse")));
  const Finished done = typed(folder, commands);
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  const Finished checked = typed(folder, "wardend --check --config wardend.toml");
  EXPECT_NE(checked.exit_code, 0);
  EXPECT_THAT(checked.out + checked.err, HasSubstr("error: no group no-group-of-this-name"));
}

}  // namespace
}  // namespace wardend::test

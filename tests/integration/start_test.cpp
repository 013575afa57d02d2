// What an administrator reads when wardend starts, or does not.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace wardend::test

// README.md's table of errors is what `wardctl errors --markdown` prints.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl::test {
namespace {

std::string printed(TableForm form) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const auto code = run_errors({.broker_socket = "", .control_socket = "", .in = in, .out = out, .err = err}, form);
  EXPECT_EQ(code, ExitCode::done);
  EXPECT_EQ(err.str(), "");
  return out.str();
}

// What stands between the two marks, each on a line of its own.
std::string table_of_readme() {
  std::ifstream readme(WARDEND_SOURCE_DIR "/README.md");
  std::string table;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line == "<!-- end of errors -->") return table;
    if (inside) table += line + '\n';
    inside = inside || line.starts_with("<!-- errors: ");
  }
  ADD_FAILURE() << "README.md lacks one of the marks <!-- errors: ... --> and <!-- end of errors -->";
  return {};
}

TEST(Errors, AreInTheReadmeAsTheyArePrinted) {
  EXPECT_EQ(table_of_readme(), printed(TableForm::markdown))
      << "put what `wardctl errors --markdown` prints between the marks of README.md";
}

TEST(Errors, StandOnARowEachInTheTable) {
  std::istringstream lines(printed(TableForm::markdown));
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows)
    EXPECT_TRUE(line.starts_with("| ") && line.ends_with(" |")) << line;
  EXPECT_EQ(rows, advice_table().size() + 2);  // and two of the heading
}

}  // namespace
}  // namespace wardend::wardctl::test

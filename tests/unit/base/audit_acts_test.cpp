// The closed list of kinds and actions, against itself and against the page that shows it.
#include "base/audit_acts.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace wardend {
namespace {

TEST(AuditActs, AreFoundByKindAndAction) {
  for (const AuditActRow& row : audit_acts) {
    EXPECT_EQ(find_act(row.kind, row.action), row.act) << row.action;
    EXPECT_EQ(find_act(name_of(row.kind), row.action), row.act) << row.action;
  }
  EXPECT_EQ(find_act(AuditKind::token, "lend"), std::nullopt);
  EXPECT_EQ(find_act("tokens", "issue"), std::nullopt);
}

TEST(AuditActs, OfAKindAreOfThatKindOnly) {
  EXPECT_EQ(ActOf<AuditKind::write>::find("outcome"), ActOf<AuditKind::write>(AuditAct::write_outcome));
  EXPECT_EQ(ActOf<AuditKind::write>::find("vread"), std::nullopt);
}

// One sentence a row, so that a reader of the trail finds each pair of words that they meet.
TEST(AuditActs, StandInThePageAndNoOthersDo) {
  std::ostringstream page;
  page << std::ifstream(WARDEND_SOURCE_DIR "/docs/audit.md").rdbuf();
  const std::string text = page.str();
  std::size_t rows = 0;
  for (const AuditActRow& row : audit_acts) {
    const std::string line = "| `" + std::string(name_of(row.kind)) + "` | `" + std::string(row.action) + "` | " +
                             std::string(row.when) + " |";
    EXPECT_NE(text.find(line), std::string::npos) << "docs/audit.md has no row: " << line;
  }
  const std::size_t begin = text.find("| kind | action | when |");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream table(text.substr(begin, text.find("\n\n", begin) - begin));
  for (std::string line; std::getline(table, line);) ++rows;
  EXPECT_EQ(rows, audit_acts.size() + 2) << "a row of docs/audit.md is no act";
}

}  // namespace
}  // namespace wardend

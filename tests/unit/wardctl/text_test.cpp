#include "wardctl/text.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace wardend::wardctl::test {
namespace {

TEST(Text, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(printable("a\x1b[31m\n\x7f"), "a?[31m??");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "?2J")
      << "a control character of two bytes";
  EXPECT_EQ(printable("Grün"), "Grün");
  EXPECT_EQ(printable("a\u202Eb\u2066"), "a?b?") << "what turns the text around";
}

TEST(Text, ShowsAnAbsentTimeAsADash) {
  EXPECT_EQ(local_time(std::nullopt), "-");
  EXPECT_EQ(local_time(0).size(), 8U);
  EXPECT_EQ(local_date_time(0).size(), 19U);
}

TEST(Text, CountsInWords) {
  EXPECT_EQ(counted(1, "session"), "1 session");
  EXPECT_EQ(counted(0, "session"), "0 sessions");
}

TEST(Table, AlignsByLettersNotBytes) {
  Table table{"NAME", "STATE"};
  table.add({"Grün", "up"});
  table.add({"x", ""});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "NAME  STATE\nGrün  up\nx     -\n");
}

}  // namespace
}  // namespace wardend::wardctl::test

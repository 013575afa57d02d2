#include "daemon/forwarding/syslog_frame.hpp"

#include <gtest/gtest.h>

#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

TEST(SyslogFrame, IsARfc5424MessageAfterItsLength) {
  const Outgoing entry = test::entries_of_trail(1).front();
  const std::string message =
      "<109>1 2026-11-29T08:00:00.000Z ws-0142.example.org wardend - token [wardend@32473 "
      "sequence=\"1\" hash=\"" +
      entry.behind.link.hash + "\"] " + entry.line;
  EXPECT_EQ(framed(entry, "ws-0142.example.org"), std::to_string(message.size()) + " " + message);
}

TEST(SyslogFrame, TheMessageIsTheEntryByteForByte) {
  const Outgoing entry = test::entries_of_trail(3).back();
  const std::string text = framed(entry, "ws");
  const std::string line = text.substr(text.find("] {") + 2);
  const auto read = trail::read_entry(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->link(), entry.behind.link);
}

TEST(SyslogFrame, AMissingOrOddHostIsAField) {
  const Outgoing entry = test::entries_of_trail(1).front();
  EXPECT_NE(framed(entry, "").find("Z - wardend - token ["), std::string::npos);
  EXPECT_NE(framed(entry, "w s\n1").find("Z ws1 wardend - token ["), std::string::npos);
}

TEST(SyslogFrame, TheLocalSocketHasATagAndNoHeader) {
  const Outgoing entry = test::entries_of_trail(1).front();
  EXPECT_EQ(for_local_socket(entry), "<109>wardend-audit: " + entry.line);
}

}  // namespace
}  // namespace wardend::forwarding

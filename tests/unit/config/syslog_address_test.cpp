#include "config/syslog_address.hpp"

#include <gtest/gtest.h>

namespace wardend::config {
namespace {

TEST(SyslogAddress, IsTheLocalSocketOrAHostWithAPort) {
  const auto local = parse_syslog_address("local");
  ASSERT_TRUE(local);
  EXPECT_TRUE(local->local);
  struct Row {
    const char *text, *host, *port;
  };
  for (const Row& row :
       {Row{"tls://log.example.org:6514", "log.example.org", "6514"},
        Row{"tls://log.example.org", "log.example.org", "6514"}, Row{"tls://10.0.0.7:1", "10.0.0.7", "1"},
        Row{"tls://[fd00::7]:65535", "fd00::7", "65535"}, Row{"tls://[fd00::7]", "fd00::7", "6514"}}) {
    const auto address = parse_syslog_address(row.text);
    ASSERT_TRUE(address) << row.text;
    EXPECT_FALSE(address->local);
    EXPECT_EQ(address->host, row.host);
    EXPECT_EQ(address->port, row.port);
  }
}

TEST(SyslogAddress, AnythingElseIsNone) {
  for (const char* text :
       {"", "Local", "/dev/log", "udp://log:514", "tls://", "tls://:6514", "tls://log:", "tls://log:0",
        "tls://log:65536", "tls://log:6514/", "tls://log:6514x", "tls://user@log:6514", "tls://[fd00::7",
        "tls://[fd00::7]6514", "tls://[]:6514", "tls://lo g:6514", "tls://fd00::7:6514"})
    EXPECT_FALSE(parse_syslog_address(text)) << text;
}

}  // namespace
}  // namespace wardend::config

#include "daemon/gateway/head_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::gateway {
namespace {

int status(std::string_view head) {
  const auto fault = judge_bytes(head);
  return fault ? fault->status : 0;
}

TEST(HeadBytes, PassWhatEndsEveryLineWithCrLf) {
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: wardend\r\n\r\n"), 0);
  EXPECT_EQ(status(""), 0);
}

TEST(HeadBytes, RefuseALineThatGoesOnWithTheOneBeforeIt) {
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\n A: b\r\n\r\n"), 400);
}

TEST(HeadBytes, RefuseLineEndsThatSomeReadAndOthersDoNot) {
  EXPECT_EQ(status("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r"), 400);
  EXPECT_EQ(status(std::string_view("GET /\0 HTTP/1.1\r\n", 17)), 400);
}

TEST(HeadBytes, RefuseMoreThanTheLimit) {
  EXPECT_EQ(status(std::string(longest_head, 'a')), 0);
  EXPECT_EQ(status(std::string(longest_head + 1, 'a')), 431);
}

}  // namespace
}  // namespace wardend::gateway

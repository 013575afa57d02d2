// What bytes become: the vectors of head_vectors_test.cpp say who refuses what.
#include "daemon/gateway/head_parser.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace wardend::gateway {
namespace {

TEST(HeadParser, TakesAHeadAndLeavesTheBodyToTheParser) {
  std::optional<RequestParser> parser;
  const std::string head =
      "POST /fhir/s/Observation HTTP/1.1\r\nHost: wardend\r\nContent-Type: application/json\r\nContent-Length: "
      "2\r\n\r\n";
  const ParsedHead parsed = parse_head(head, parser.emplace());
  ASSERT_TRUE(parsed.head.has_value()) << parsed.head.error().error.detail();
  EXPECT_EQ(parsed.taken, head.size());
  EXPECT_EQ(parsed.version, 11U);
  EXPECT_EQ(parsed.head->method, "POST");
  EXPECT_EQ(parsed.head->path, "/Observation");
  EXPECT_EQ(parsed.head->framing.length, 2U);
  EXPECT_FALSE(parser->is_done());
}

TEST(HeadParser, SaysWhatIsNoHttp) {
  std::optional<RequestParser> parser;
  const ParsedHead parsed = parse_head("\x16\x03\x01 no HTTP\r\n\r\n", parser.emplace());
  ASSERT_FALSE(parsed.head.has_value());
  EXPECT_EQ(parsed.head.error().status, 400);
  EXPECT_TRUE(parsed.head.error().error.detail().contains("no HTTP request")) << parsed.head.error().error.detail();
  EXPECT_EQ(parsed.taken, 0U);
}

TEST(HeadParser, AsksTheBytesFirst) {
  std::optional<RequestParser> parser;
  const ParsedHead parsed =
      parse_head("GET /fhir/s/Patient/1 HTTP/1.1\r\nHost: wardend\r\n X: 1\r\n\r\n", parser.emplace());
  ASSERT_FALSE(parsed.head.has_value()) << "a line that goes on with the one before it";
  EXPECT_EQ(parsed.head.error().status, 400);
}

}  // namespace
}  // namespace wardend::gateway

// Replies that break off, or whose head does not fit their body.
#include <gtest/gtest.h>

#include "tests/unit/http/curl_world.hpp"

namespace wardend {
namespace {

using Kind = HttpFailure::Kind;
using BrokenReply = test::CurlWorld;

const std::string whole = R"({"access_token":"a-1","refresh_token":"r-1"})";

std::string said(std::size_t length, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" + body;
}

TEST_F(BrokenReply, AWholeObjectNeedsNoWordOfItsLength) {
  server.scripts = {{said(500, whole)},
                    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n" + whole + "\r\n"},
                    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n" + whole + "\r\nzz\r\n"}};
  for (int i = 0; i < 3; ++i) {
    const auto outcome = get();
    ASSERT_TRUE(outcome) << i << outcome.error().detail;
    EXPECT_EQ(outcome->body.reveal(), whole);
    EXPECT_TRUE(outcome->broke_off);
  }
}

TEST_F(BrokenReply, HalfOfADocumentIsNoReply) {
  server.scripts = {{said(500, R"({"issuer":"https://ehr)")}, {said(500, "[1,2]")}, {said(500, "")}};
  for (int i = 0; i < 3; ++i) {
    const auto outcome = get();
    ASSERT_FALSE(outcome) << i;
    EXPECT_EQ(outcome.error().kind, Kind::network);
    EXPECT_TRUE(outcome.error().request_sent);
  }
}

TEST_F(BrokenReply, WhatIsGivenOnceIsTakenInPart) {
  server.scripts = {{said(500, R"({"refresh_token":"r-2","access_to)")}};
  const auto outcome = send(
      {.method = HttpRequest::Method::post, .url = server.url("/token"), .body = Secret("a=b"), .takes_part = true});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 200);
  EXPECT_TRUE(outcome->broke_off);
  EXPECT_EQ(outcome->why_unreadable(), " (it broke off)");
  EXPECT_EQ(outcome->body.reveal(), R"({"refresh_token":"r-2","access_to)");
}

// One byte more than is allowed: its reader sees that it is too large, and what stands before that.
TEST_F(BrokenReply, WhatIsGivenOnceIsTakenUpToItsLimit) {
  const std::string large = R"({"refresh_token":"r-2","padding":")" + std::string(5000, 'x') + "\"}";
  for (const bool takes_part : {true, false}) {
    server.scripts = {{test::reply("200 OK", large)}};
    const auto outcome = send({.method = HttpRequest::Method::post,
                               .url = server.url("/token"),
                               .body = Secret("a=b"),
                               .max_response_bytes = 1000,
                               .takes_part = takes_part});
    ASSERT_EQ(outcome.has_value(), takes_part);
    if (!takes_part) {
      EXPECT_EQ(outcome.error().kind, Kind::too_large);
      continue;
    }
    EXPECT_EQ(outcome->body.reveal(), large.substr(0, 1001));
    EXPECT_FALSE(outcome->broke_off);
  }
  server.scripts = {{test::reply("200 OK", std::string(1000, 'x'))}};
  const auto just = send({.url = server.url("/"), .max_response_bytes = 1000});
  ASSERT_TRUE(just) << just.error().detail;
  EXPECT_EQ(just->body.size(), 1000U);
}

TEST_F(BrokenReply, NothingOfABodyIsNoReplyEither) {
  server.scripts = {{said(500, "")}};
  EXPECT_FALSE(send(
      {.method = HttpRequest::Method::post, .url = server.url("/token"), .body = Secret("a=b"), .takes_part = true}));
}

TEST_F(BrokenReply, ACodingThatNobodyKnowsTakesNothingFromTheBody) {
  for (const char* coding : {"utf-8", "aws-chunked", "gzip", "deflate", "br", "identity, x"}) {
    server.scripts = {{test::reply("200 OK", whole, "Content-Encoding: " + std::string(coding) + "\r\n")}};
    const auto outcome = get();
    ASSERT_TRUE(outcome) << coding << ' ' << outcome.error().detail;
    EXPECT_EQ(outcome->body.reveal(), whole);
    EXPECT_EQ(outcome->why_unreadable(), " (Content-Encoding: " + std::string(coding) + ")");
  }
}

}  // namespace
}  // namespace wardend

// Answers that are taken as they come.
#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/unit/http/curl_world.hpp"

namespace wardend {
namespace {

using Kind = HttpFailure::Kind;

struct CurlStream : test::CurlWorld {
  // What came of open(), and what its body holds by now.
  struct Taken {
    std::optional<HttpFailure> failure = {};
    std::optional<HttpFailure> broke = {};
    int status = 0;
    std::string type, body;
    bool ended = false;
    std::unique_ptr<HttpStream> stream = {};
  };
  asio::awaitable<void> take(HttpRequest request, Taken& into, std::size_t parts) {
    auto opened = co_await client.open(std::move(request));
    if (!opened) {
      into.failure = opened.error();
      co_return;
    }
    into.stream = std::move(*opened);
    into.status = into.stream->head().status;
    into.type = into.stream->head().header("content-type");
    while (parts-- > 0 && !into.ended && !into.broke) co_await take_one(into);
  }
  static asio::awaitable<void> take_one(Taken& into) {
    auto part = co_await into.stream->next();
    if (!part)
      into.broke = part.error();
    else if (part->empty())
      into.ended = true;
    else
      into.body += part->reveal();
  }
  void opened(HttpRequest request, Taken& into, std::size_t parts = static_cast<std::size_t>(-1)) {
    request.url = server.url("/x");
    tasks.spawn("stream", take(std::move(request), into, parts));
    ASSERT_TRUE(test::until(loop, [&] { return tasks.size() == 0; }));
  }
};

TEST_F(CurlStream, GivesTheHeadAndThenTheBodyToItsEnd) {
  const std::string large(700'000, 'x');
  server.scripts = {{test::reply("200 OK", large, "Content-Type: text/plain\r\n")}};
  Taken taken;
  opened({}, taken);
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.type, "text/plain");
  EXPECT_EQ(taken.body, large);
  EXPECT_TRUE(taken.ended);
}

TEST_F(CurlStream, KnowsTheHeadOfTheAnswerFromTheInterimOnes) {
  server.scripts = {{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + test::reply("404 Not Found", "no", "")}};
  Taken taken;
  opened({}, taken);
  EXPECT_EQ(taken.status, 404);
  EXPECT_EQ(taken.body, "no");
}

TEST_F(CurlStream, ABodyThatBreaksOffIsNoWholeOne) {
  server.scripts = {{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"}};
  Taken taken;
  opened({}, taken);
  EXPECT_EQ(taken.body, "half");
  EXPECT_FALSE(taken.ended);
  ASSERT_TRUE(taken.broke);
  EXPECT_EQ(taken.broke->kind, Kind::network);
}

TEST_F(CurlStream, ATrailerIsNoHeader) {
  server.scripts = {
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nContent-Type: evil\r\n\r\n"}};
  Taken taken;
  opened({}, taken);
  EXPECT_EQ(taken.type, "");
  EXPECT_EQ(taken.body, "ab");
  EXPECT_TRUE(taken.ended);
}

TEST_F(CurlStream, ACodingStaysWhereItIsWanted) {
  server.scripts = {{test::reply("200 OK", "as it came", "Content-Encoding: gzip\r\n")}};
  Taken taken;
  opened({.keeps_coding = true}, taken);
  EXPECT_EQ(taken.body, "as it came");
}

std::string packed(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(CurlStream, AFewPackedBytesAreUnpackedAsTheyAreTaken) {
  const std::string large(7'000'000, ' ');
  server.scripts = {{test::reply("200 OK", packed(large), "Content-Encoding: gzip\r\n")}};
  Taken taken;
  opened({}, taken);
  EXPECT_EQ(taken.body, large);
  EXPECT_TRUE(taken.ended);
  server.scripts = {{test::reply("200 OK", packed(large), "Content-Encoding: gzip\r\n")}};
  Taken one;
  opened({}, one, 1);
  EXPECT_LE(one.body.size(), 512UL * 1024) << "the rest waits packed";
}

TEST_F(CurlStream, ACodingThatBreaksOffIsNoWholeBody) {
  const std::string whole = packed(std::string(1000, 'x') + "the end");
  server.scripts = {{test::reply("200 OK", whole.substr(0, whole.size() - 12), "Content-Encoding: gzip\r\n")}};
  Taken taken;
  opened({}, taken);
  EXPECT_FALSE(taken.ended);
  EXPECT_TRUE(taken.broke);
}

TEST_F(CurlStream, AHeadThatIsTooLargeIsCalledThat) {
  for (const std::size_t bytes : {70'000UL, 300'000UL}) {
    server.scripts = {{test::reply("200 OK", "ok", "X-Large: " + std::string(bytes, 'a') + "\r\n")}};
    Taken taken;
    opened({}, taken);
    ASSERT_TRUE(taken.failure) << bytes;
    EXPECT_EQ(taken.failure->kind, Kind::too_large) << bytes << taken.failure->detail;
  }
}

TEST_F(CurlStream, HasEachMethodAndItsBody) {
  using Method = HttpRequest::Method;
  const struct {
    Method method;
    const char* line;
    const char* body;
  } table[] = {{Method::head, "HEAD /x HTTP/1.1", ""},
               {Method::put, "PUT /x HTTP/1.1", "{}"},
               {Method::patch, "PATCH /x HTTP/1.1", "[]"},
               {Method::delete_, "DELETE /x HTTP/1.1", ""},
               {Method::post, "POST /x HTTP/1.1", "{}"}};
  for (const auto& row : table) {
    server.scripts.push_back({test::reply("200 OK", row.method == Method::head ? "" : "ok", "Connection: close\r\n")});
    Taken taken;
    opened({.method = row.method, .headers = {{"Content-Type", "application/fhir+json"}}, .body = Secret(row.body)},
           taken);
    EXPECT_EQ(taken.status, 200) << row.line;
    EXPECT_TRUE(server.requests.back().starts_with(row.line)) << server.requests.back();
    EXPECT_TRUE(server.requests.back().ends_with(std::string("\r\n\r\n") + row.body)) << server.requests.back();
  }
}

TEST_F(CurlStream, WhatNobodyTakesWaitsAtTheServer) {
  server.scripts = {{test::reply("200 OK", std::string(8'000'000, 'x'), "")}};
  Taken taken;
  opened({}, taken, 1);
  EXPECT_FALSE(taken.ended);
  EXPECT_LE(taken.body.size(), 32UL * 1024) << "everybody else waits for what is made of one part";
  taken.stream.reset();  // and is given up
}

TEST_F(CurlStream, IsGivenUpWhenNobodyWantsIt) {
  bool wanted = true;
  server.scripts = {{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", test::ScriptedServer::Then::keep_open}};
  Taken taken;
  HttpRequest request;
  request.wanted = [&] { return wanted; };
  opened(std::move(request), taken, 1);
  wanted = false;
  client.give_up_unwanted();
  tasks.spawn("next", take_one(taken));
  ASSERT_TRUE(test::until(loop, [&] { return tasks.size() == 0; }));
  ASSERT_TRUE(taken.broke);
}

TEST_F(CurlStream, SaysWhyThereIsNoHead) {
  server.scripts = {{""}};
  Taken taken;
  opened({.timeout = 1500ms}, taken);
  ASSERT_TRUE(taken.failure);
  EXPECT_TRUE(taken.failure->request_sent);
}

}  // namespace
}  // namespace wardend

#include "daemon/http/curl_client.hpp"

#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>
#include <cstdlib>

#include "tests/unit/http/curl_world.hpp"

namespace wardend {
namespace {

using test::reply;
using test::ScriptedServer;
using Kind = HttpFailure::Kind;
using Outcome = test::HttpOutcome;
using CurlClient = test::CurlWorld;

TEST_F(CurlClient, GivesStatusHeadersAndBody) {
  server.scripts = {{reply("418 Odd", "hello", "X-One: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX-SPACED:   x  \r\n")}};
  const BootTime before = clock.now();
  const auto outcome = get("/path?q=1");
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->status, 418);
  EXPECT_EQ(outcome->body.reveal(), "hello");
  EXPECT_EQ(outcome->header("x-one"), "1");
  EXPECT_EQ(outcome->header("x-spaced"), "x");
  EXPECT_EQ(outcome->header("set-cookie"), "a");
  EXPECT_EQ(outcome->header("absent"), "");
  EXPECT_GE(outcome->sent_at, before);
  EXPECT_GT(outcome->elapsed, Duration::zero());
  EXPECT_FALSE(outcome->certificate_expires_at);
  ASSERT_EQ(server.requests.size(), 1U);
  EXPECT_TRUE(server.requests[0].starts_with("GET /path?q=1 HTTP/1.1\r\n"));
  EXPECT_NE(server.requests[0].find("User-Agent: wardend/test\r\n"), std::string::npos);
}

TEST_F(CurlClient, PostsAFormWithItsAuthorization) {
  server.scripts = {{reply("200 OK", "{}")}};
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = server.url("/token"),
                      .headers = {{"Accept", "application/json"}},
                      .authorization = Secret("Basic abc"),
                      .body = Secret(std::string(3000, 'a'))};
  ASSERT_TRUE(send(std::move(request)));
  const std::string& seen = server.requests.at(0);
  EXPECT_TRUE(seen.starts_with("POST /token HTTP/1.1\r\n"));
  EXPECT_NE(seen.find("Content-Type: application/x-www-form-urlencoded\r\n"), std::string::npos);
  EXPECT_NE(seen.find("Accept: application/json\r\n"), std::string::npos);
  EXPECT_NE(seen.find("Authorization: Basic abc\r\n"), std::string::npos);
  EXPECT_EQ(seen.find("Expect:"), std::string::npos) << "a server without 100-continue would cost a second";
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + std::string(3000, 'a')));
}

TEST_F(CurlClient, ABodyMayHaveNulBytes) {
  const std::string body("a\0b", 3);
  server.scripts = {{reply("200 OK", body)}};
  const auto outcome = get();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body.reveal(), body);
}

TEST_F(CurlClient, FollowsNoRedirect) {
  server.scripts = {{reply("302 Found", "", "Location: " + server.url("/elsewhere") + "\r\n")}};
  const auto outcome = get();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 302);
  EXPECT_EQ(outcome->header("location"), server.url("/elsewhere"));
  EXPECT_EQ(server.requests.size(), 1U);
}

TEST_F(CurlClient, InterimRepliesLeaveNoHeader) {
  server.scripts = {{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + reply("200 OK", "body", "X: y\r\n")}};
  const auto outcome = get();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 200);
  EXPECT_EQ(outcome->header("link"), "");
  EXPECT_EQ(outcome->header("x"), "y");
}

struct Size {
  const char* name;
  std::string reply;
  bool fits;
};
class CurlClientLimit : public CurlClient, public ::testing::WithParamInterface<Size> {};
TEST_P(CurlClientLimit, IsForTheWholeBody) {
  server.scripts = {{GetParam().reply}};
  const auto outcome = send({.url = server.url(), .max_response_bytes = 1000});
  ASSERT_EQ(outcome.has_value(), GetParam().fits);
  if (outcome) {
    EXPECT_EQ(outcome->body.size(), 1000U);
    return;
  }
  EXPECT_EQ(outcome.error().kind, Kind::too_large);
  EXPECT_TRUE(outcome.error().request_sent);
}
INSTANTIATE_TEST_SUITE_P(
    Http, CurlClientLimit,
    ::testing::Values(Size{"ExactlyTheLimit", reply("200 OK", std::string(1000, 'x')), true},
                      Size{"OneByteMore", reply("200 OK", std::string(1001, 'x')), false},
                      Size{"MuchMore", reply("200 OK", std::string(1'000'000, 'x')), false},
                      Size{"MoreInChunks",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n" + std::string(600, 'x') +
                               "\r\n258\r\n" + std::string(600, 'x') + "\r\n0\r\n\r\n",
                           false},
                      Size{"HeadersWithoutEnd",
                           "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\nContent-Length: 0\r\n\r\n",
                           false}),
    [](const auto& info) { return info.param.name; });

TEST_F(CurlClient, GivesUpAtTheTimeoutAndSaysThatTheRequestWasSent) {
  const auto before = std::chrono::steady_clock::now();
  const auto outcome = send({.url = server.url("/?code=secret"), .timeout = 200ms});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::timeout);
  EXPECT_TRUE(outcome.error().request_sent);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
  EXPECT_EQ(outcome.error().detail.find("secret"), std::string::npos);
}

TEST_F(CurlClient, ARefusedConnectionCertainlySentNothing) {
  std::string url;
  {
    const ScriptedServer gone(loop);
    url = gone.url("/?code=secret");
  }
  const auto outcome = send({.method = HttpRequest::Method::post, .url = url, .body = Secret("code=secret")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::network);
  EXPECT_FALSE(outcome.error().request_sent);
  EXPECT_EQ(outcome.error().detail.find("secret"), std::string::npos) << outcome.error().detail;
}

TEST_F(CurlClient, AnUnknownHostSentNothing) {
  const auto outcome = send({.url = "http://no-such-host.invalid/", .timeout = 5000ms});
  ASSERT_FALSE(outcome);
  EXPECT_FALSE(outcome.error().request_sent);
}

TEST_F(CurlClient, ARequestThatWasNeverAnsweredMayHaveBeenActedOn) {
  server.scripts = {{""}};
  const auto outcome = send({.method = HttpRequest::Method::post, .url = server.url(), .body = Secret("a=b")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::network);
  EXPECT_TRUE(outcome.error().request_sent);
  EXPECT_EQ(server.requests.size(), 1U) << "and is not sent again by itself";
}

TEST_F(CurlClient, ATruncatedBodyIsNoAnswer) {
  server.scripts = {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"}};
  const auto outcome = get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::network);
  EXPECT_TRUE(outcome.error().request_sent);
}

TEST_F(CurlClient, WhatIsNotHttpIsNoAnswer) {
  server.scripts = {{"220 mail ready\r\n"}};
  const auto outcome = get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::network);
}

TEST_F(CurlClient, ATlsFailureIsItsOwnKindAndSentNothing) {
  asio::ip::tcp::acceptor plain(loop, {asio::ip::address_v4::loopback(), 0});
  tasks.spawn("plain", speak_plainly(plain));
  const auto outcome =
      send({.url = "https://127.0.0.1:" + std::to_string(plain.local_endpoint().port()) + "/", .timeout = 3000ms});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::handshake) << outcome.error().detail;
  EXPECT_FALSE(outcome.error().request_sent);
}

TEST_F(CurlClient, SpeaksNothingButHttp) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/", "x"}) {
    const auto outcome = send({.url = url, .timeout = 2000ms});
    ASSERT_FALSE(outcome) << url;
    EXPECT_FALSE(outcome.error().request_sent) << url;
  }
}

TEST_F(CurlClient, UsesNoProxyOfTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  server.scripts = {{reply("200 OK", "")}};
  EXPECT_TRUE(get());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_F(CurlClient, AProxyThatRefusesLetNothingThrough) {
  const std::pair<const char*, const char*> answers[] = {
      {"HTTP/1.1 503 busy\r\nContent-Length: 0\r\n\r\n", "the proxy answered 503"},
      {"HTTP/1.1 407 who are you\r\nContent-Length: 0\r\n\r\n", "the proxy answered 407"},
      {"", "the proxy gave no answer"}};
  for (const auto& [answer, detail] : answers) {
    server.scripts = {{answer}};
    const auto outcome = send({.method = HttpRequest::Method::post,
                               .url = "https://ehr.example.org/token",
                               .body = Secret("a=b"),
                               .timeout = 3000ms,
                               .route = {.proxy = server.url("")}});
    ASSERT_FALSE(outcome);
    EXPECT_FALSE(outcome.error().request_sent) << detail;
    EXPECT_TRUE(outcome.error().by_proxy) << detail;
    EXPECT_TRUE(outcome.error().detail.starts_with(detail)) << outcome.error().detail;
  }
}

TEST_F(CurlClient, GoesThroughTheProxyWhateverTheEnvironmentSays) {
  ::setenv("NO_PROXY", "127.0.0.1", 1);
  server.scripts = {{reply("200 OK", "")}};
  EXPECT_TRUE(send({.url = "http://127.0.0.1:1/x", .timeout = 3000ms, .route = {.proxy = server.url("")}}));
  ::unsetenv("NO_PROXY");
  ASSERT_EQ(server.requests.size(), 1U);
  EXPECT_TRUE(server.requests.front().starts_with("GET http://127.0.0.1:1/x "));
}

TEST_F(CurlClient, ManyRequestsRunTogether) {
  std::vector<std::shared_ptr<std::optional<Outcome>>> all;
  for (int i = 0; i < 40; ++i) {
    server.scripts.push_back({reply("200 OK", "x")});
    all.push_back(start({.url = server.url()}));
  }
  ASSERT_TRUE(test::until(loop, [&] { return std::ranges::all_of(all, [](auto& one) { return one->has_value(); }); }));
  for (const auto& one : all) EXPECT_TRUE(**one);
}

TEST_F(CurlClient, ReusesAConnectionForGetAndNeverForPost) {
  for (int i = 0; i < 3; ++i) server.scripts.push_back({reply("200 OK", ""), ScriptedServer::Then::keep_open});
  ASSERT_TRUE(get());
  ASSERT_TRUE(get());
  EXPECT_EQ(server.connections, 1U);
  ASSERT_TRUE(send({.method = HttpRequest::Method::post, .url = server.url(), .body = Secret("a=b")}));
  EXPECT_EQ(server.connections, 2U);
}

TEST_F(CurlClient, KeepsTheConnectionsOfABurstForTheNextOne) {
  for (int burst = 0; burst < 3; ++burst) {
    std::vector<std::shared_ptr<std::optional<Outcome>>> all;
    for (int i = 0; i < 8; ++i) {
      server.scripts.push_back({reply("200 OK", "x"), ScriptedServer::Then::keep_open});
      all.push_back(start({.url = server.url()}));
    }
    ASSERT_TRUE(
        test::until(loop, [&] { return std::ranges::all_of(all, [](auto& one) { return one->has_value(); }); }));
  }
  EXPECT_EQ(server.connections, 8U);
}

TEST_F(CurlClient, ACancelledRequestIsGivenUpAtOnceAndTheClientLivesOn) {
  const auto outcome = start({.url = server.url()});
  ASSERT_TRUE(test::until(loop, [&] { return server.requests.size() == 1; }));
  test::end(loop, tasks);
  ASSERT_EQ(tasks.size(), 0U);
  EXPECT_FALSE(*outcome);
  EXPECT_TRUE(test::until(loop, [&] { return server.closed_by_client == 1; })) << "the server still waits";
  server.scripts = {{reply("200 OK", "next")}};
  const auto next = get();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body.reveal(), "next");
}

TEST_F(CurlClient, ARequestCancelledWhileItLooksUpANameDoesNotWaitForIt) {
  const auto before = std::chrono::steady_clock::now();
  const auto outcome = start({.url = "http://no-such-host.invalid/"});
  loop.restart();
  loop.poll();
  test::end(loop, tasks);
  ASSERT_EQ(tasks.size(), 0U);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
}

}  // namespace
}  // namespace wardend

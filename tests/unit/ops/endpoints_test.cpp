#include "daemon/ops/endpoints.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

struct Asked {
  asio::io_context loop;
  test::VirtualClock clock{loop};
  int made = 0;
  std::string not_ready;
  ops::Endpoints endpoints{clock,
                           "ws-17",
                           {.metrics = [this] { return "a_metric " + std::to_string(++made) + "\n"; },
                            .not_ready_reason = [this] { return not_ready; }}};

  http::Reply ask(const std::string& path, const std::string& method = "GET",
                  const std::string& host = "127.0.0.1:9724") {
    loop.restart();
    auto reply = asio::co_spawn(loop, endpoints.answer({.method = method, .path = path, .headers = {{"host", host}}}),
                                asio::use_future);
    loop.run();
    return reply.get();
  }
};

http::Reply ask(const std::string& path, const std::string& method = "GET", const std::string& not_ready = "") {
  Asked asked;
  asked.not_ready = not_ready;
  return asked.ask(path, method);
}

TEST(Endpoints, AnswerByTheTable) {
  const struct {
    const char* method;
    const char* path;
    const char* not_ready;
    int status;
    const char* body;
  } table[] = {
      {"GET", "/healthz", "", 200, "ok\n"},
      {"GET", "/healthz", "logind is gone", 200, "ok\n"},
      {"GET", "/readyz", "", 200, "ready\n"},
      {"GET", "/readyz", "logind is gone", 503, "not ready: logind is gone\n"},
      {"GET", "/metrics", "logind is gone", 200, "a_metric 1\n"},
      {"GET", "/", "", 404, "there is /metrics, /healthz and /readyz\n"},
      {"GET", "/metrics/", "", 404, "there is /metrics, /healthz and /readyz\n"},
      {"GET", "", "", 404, "there is /metrics, /healthz and /readyz\n"},
      {"POST", "/metrics", "", 405, "GET only\n"},
      {"DELETE", "/readyz", "", 405, "GET only\n"},
      {"PUT", "/nothing", "", 405, "GET only\n"},
  };
  for (const auto& row : table) {
    const http::Reply reply = ask(row.path, row.method, row.not_ready);
    EXPECT_EQ(reply.status, row.status) << row.method << " " << row.path;
    EXPECT_EQ(reply.body.reveal(), row.body) << row.method << " " << row.path;
  }
}

TEST(Endpoints, MetricsSayWhichTextFormatTheyAre) {
  EXPECT_EQ(ask("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Endpoints, MakeTheTextOfMetricsOnceASecondAtMost) {
  Asked asked;
  EXPECT_EQ(asked.ask("/metrics").body.reveal(), "a_metric 1\n");
  asked.clock.advance(999ms);
  EXPECT_EQ(asked.ask("/metrics").body.reveal(), "a_metric 1\n");
  asked.clock.advance(1ms);
  EXPECT_EQ(asked.ask("/metrics").body.reveal(), "a_metric 2\n");
}

// A page of another site may have its own name resolve to this machine; its browser then names that host.
TEST(Endpoints, AnswerOnlyToNamesOfThisMachine) {
  for (const char* host : {"127.0.0.1:9724", "127.0.0.1", "[::1]:9724", "192.0.2.7:9724", "localhost:9724",
                           "ws-17:9724", "WS-17.ward.example.org:9724"})
    EXPECT_EQ(Asked().ask("/metrics", "GET", host).status, 200) << host;
  for (const char* host : {"", "evil.example", "evil.example:9724", "127.0.0.1.evil.example", "ws-170.example.org",
                           "localhost.evil.example", "[", ":9724"})
    EXPECT_EQ(Asked().ask("/metrics", "GET", host).status, 421) << host;
}

// Spec: RFC 9110 §15.5.6
TEST(Endpoints, AnotherMethodIsToldWhichOneIsAllowed) {
  const http::Reply reply = ask("/metrics", "POST");
  ASSERT_EQ(reply.headers.size(), 1U);
  EXPECT_EQ(reply.headers.front(), (std::pair<std::string, std::string>("Allow", "GET, HEAD")));
}

}  // namespace
}  // namespace wardend

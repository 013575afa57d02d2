#include "daemon/ops/endpoints.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace wardend {
namespace {

http::Reply ask(const std::string& path, const std::string& method = "GET", const std::string& not_ready = "") {
  asio::io_context loop;
  const ops::Endpoints endpoints{[] { return std::string("a_metric 1\n"); }, [=] { return not_ready; }};
  auto reply = asio::co_spawn(loop, ops::answer(endpoints, {.method = method, .path = path}), asio::use_future);
  loop.run();
  return reply.get();
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

// Spec: RFC 9110 §15.5.6
TEST(Endpoints, AnotherMethodIsToldWhichOneIsAllowed) {
  const http::Reply reply = ask("/metrics", "POST");
  ASSERT_EQ(reply.headers.size(), 1U);
  EXPECT_EQ(reply.headers.front(), (std::pair<std::string, std::string>("Allow", "GET, HEAD")));
}

}  // namespace
}  // namespace wardend

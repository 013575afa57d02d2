// The client on a loop of its own, beside a server that says exactly what a test wants.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "base/system_clock.hpp"
#include "daemon/http/curl_client.hpp"
#include "tests/unit/http/scripted_server.hpp"

namespace wardend::test {

using HttpOutcome = std::expected<HttpResponse, HttpFailure>;

class CurlWorld : public ::testing::Test {
 public:
  static void SetUpTestSuite() { ASSERT_TRUE(http::global_init()); }
  ~CurlWorld() override {
    end(loop, tasks);
    client.close();
  }
  std::shared_ptr<std::optional<HttpOutcome>> start(HttpRequest request) {
    auto outcome = std::make_shared<std::optional<HttpOutcome>>();
    tasks.spawn("request", keep(std::move(request), outcome));
    return outcome;
  }
  HttpOutcome send(HttpRequest request) {
    const auto outcome = start(std::move(request));
    if (!until(loop, [&] { return outcome->has_value(); }))
      return std::unexpected(HttpFailure{.detail = "the test gave up"});
    return std::move(**outcome);
  }
  HttpOutcome get(const std::string& path = "/") { return send({.url = server.url(path)}); }

  // Answers the first bytes of one connection, whatever they are, with plain text.
  static asio::awaitable<void> speak_plainly(asio::ip::tcp::acceptor& acceptor) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::array<char, 512> bytes{};
    co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28), asio::use_awaitable);
  }

  asio::io_context loop;
  SystemClock clock{loop};
  ScriptedServer server{loop};
  http::CurlClient client{loop, clock, {.user_agent = "wardend/test"}};
  TaskGroup tasks{loop.get_executor()};

 private:
  asio::awaitable<void> keep(HttpRequest request, std::shared_ptr<std::optional<HttpOutcome>> outcome) {
    outcome->emplace(co_await client.send(std::move(request)));
  }
};

}  // namespace wardend::test

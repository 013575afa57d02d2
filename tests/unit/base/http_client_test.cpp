#include "base/http_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

class NoClient final : public HttpClient {
 public:
  using HttpClient::HttpClient;
  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest /*request*/) override {
    co_return std::unexpected(HttpFailure{});
  }
};

// On which thread a body of so many bytes is read.
std::thread::id reader_of(HttpClient& client, asio::io_context& loop, std::size_t bytes) {
  std::thread::id reader;
  const auto read = [](HttpClient& with, std::size_t size, std::thread::id& by) -> asio::awaitable<void> {
    HttpResponse response{.status = 200, .body = Secret(std::string(size, 'x'))};
    by = co_await with.read(std::move(response), [size](const HttpResponse& whole) {
      EXPECT_EQ(whole.body.size(), size);
      return std::this_thread::get_id();
    });
  };
  asio::co_spawn(loop, read(client, bytes, reader), asio::detached);
  loop.restart();
  loop.run();
  return reader;
}

TEST(HttpClient, ReadsALargeBodyBesideTheLoop) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  Worker parsing(clock, "parsing");
  NoClient client(&parsing);
  EXPECT_EQ(reader_of(client, loop, 64UL * 1024), std::this_thread::get_id());
  EXPECT_NE(reader_of(client, loop, 64UL * 1024 + 1), std::this_thread::get_id());
  EXPECT_NE(reader_of(client, loop, 1024UL * 1024), std::this_thread::get_id());
}

TEST(HttpClient, ReadsEveryBodyOnTheLoopWithoutAWorker) {
  asio::io_context loop;
  NoClient client;
  EXPECT_EQ(reader_of(client, loop, 1024UL * 1024), std::this_thread::get_id());
}

}  // namespace
}  // namespace wardend

#include "daemon/gateway/server.hpp"

#include <sys/un.h>
#include <unistd.h>

#include "ipc/listener.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/door.hpp"

namespace wardend {
namespace {

using test::App;
using test::Door;

class GatewayServer : public Door {};

TEST_F(GatewayServer, CountsWhoIsThere) {
  App first = connect();
  App second = connect();
  EXPECT_EQ(server->counters().accepted, 2U);
  EXPECT_EQ(server->counters().connections, 2U);
  first.leave();
  clock.settle();
  EXPECT_EQ(server->counters().connections, 1U);
}

TEST_F(GatewayServer, HasNoMorePlacesForAUserThanItMay) {
  ipc::ServerOptions options;
  options.limits.places = {.all = 10, .a_known_user = 2, .a_stranger = 1};
  open(std::move(options));
  App first = connect();
  App second = connect();
  App third = connect();
  third.heard();
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(server->counters().of(ipc::Rejection::too_many), 1U);
  EXPECT_TRUE(say(first, get()).starts_with("HTTP/1.1 200"));
  second.leave();
  clock.settle();
  App fourth = connect();
  EXPECT_TRUE(say(fourth, get()).starts_with("HTTP/1.1 200"));
}

// At most five lines a minute of one user, however often it asks.
TEST_F(GatewayServer, TellsWhoSendsWhatCannotBeRead) {
  std::vector<std::string> lines;
  log::set_sink([&](log::Level, std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 9; ++i) {
    App app = connect();
    EXPECT_TRUE(say(app, "GET /fhir/s/Patient/1 HTTP/1.1\nHost: wardend\r\n\r\n").starts_with("HTTP/1.1 400"));
  }
  App large = connect();
  EXPECT_TRUE(say(large, get("1", "X: " + std::string(70'000, 'x') + "\r\n")).starts_with("HTTP/1.1 431"));
  EXPECT_EQ(server->counters().of(ipc::Rejection::malformed), 9U);
  EXPECT_EQ(server->counters().of(ipc::Rejection::too_large), 1U);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[0].starts_with("a request to the gateway cannot be read uid=" + std::to_string(::getuid())))
      << lines[0];
  EXPECT_TRUE(lines[0].contains("status=400 error=InvalidRequest reason=\"head: a line that ends with LF alone"))
      << lines[0];
}

TEST_F(GatewayServer, TellsWhomItRefuses) {
  std::vector<std::string> lines;
  log::set_sink([&](log::Level, std::string_view line) { lines.emplace_back(line); });
  ipc::ServerOptions options;
  options.limits.places = {.all = 10, .a_known_user = 1, .a_stranger = 1};
  open(std::move(options));
  App first = connect();
  App second = connect();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0],
            "a connection to the gateway was refused or cut uid=" + std::to_string(::getuid()) + " reason=too_many");
}

TEST_F(GatewayServer, TellsOfATimeoutWhereSomethingWasUnderWayAlone) {
  std::vector<std::string> lines;
  log::set_sink([&](log::Level, std::string_view line) { lines.emplace_back(line); });
  App idle = connect();
  EXPECT_TRUE(say(idle, get()).starts_with("HTTP/1.1 200"));
  clock.advance(61s);
  idle.heard();
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(lines, std::vector<std::string>{});
  App half = connect();
  say(half, post("Content-Length: 10\r\n", "half"));
  clock.advance(31s);
  EXPECT_EQ(server->counters().of(ipc::Rejection::timeout), 2U);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].ends_with(" reason=timeout")) << lines[0];
}

TEST_F(GatewayServer, LetsStrangersInForAShortTime) {
  ipc::ServerOptions options;
  options.is_known = [](const ipc::Caller&) { return false; };
  open(std::move(options));
  App app = connect();
  EXPECT_TRUE(say(app, get()).starts_with("HTTP/1.1 200"));
  clock.advance(4900ms);
  app.heard();
  EXPECT_FALSE(app.closed());
  clock.advance(200ms);
  app.heard();
  EXPECT_TRUE(app.closed());
  EXPECT_EQ(server->counters().of(ipc::Rejection::timeout), 1U);
}

TEST_F(GatewayServer, GivesAConnectionTheEpochOfItsAccept) {
  workstation::EpochNumber epoch = 0;
  uid_t uid = 0;
  script = [&](gateway::Client& client) -> asio::awaitable<void> {
    epoch = client.epoch();
    uid = client.caller().uid();
    static_cast<void>(co_await client.reply({.status = 200}, Secret()));
  };
  App app = connect();
  say(app, get());
  EXPECT_EQ(epoch, 7U);
  EXPECT_EQ(uid, ::getuid());
}

TEST_F(GatewayServer, EndsEveryConnectionWhenItShuts) {
  Event never;
  App idle = connect();
  App half = connect();
  half.put("GET /fh");
  App asking = connect();
  script = [&](gateway::Client&) -> asio::awaitable<void> { co_await clock.wait(never, BootTime::max()); };
  put_all(asking, get());
  shut_down();
  for (App* app : {&idle, &half, &asking}) {
    app->heard();
    EXPECT_TRUE(app->closed());
  }
  EXPECT_EQ(server->counters().connections, 0U);
}

TEST_F(GatewayServer, AcceptsOnASocket) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("s").string();
  auto listening = ipc::listen_at(path, {.mode = 0600});
  ASSERT_TRUE(listening.has_value());
  open();
  server->listen(std::move(*listening));
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  clock.settle();
  App app(std::move(socket));
  EXPECT_TRUE(say(app, get()).starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace wardend

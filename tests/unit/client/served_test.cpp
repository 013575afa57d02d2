// The client against the server that wardend runs.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "base/system_clock.hpp"
#include "ipc/client/wardend/client.hpp"
#include "ipc/server.hpp"
#include "tests/unit/ipc/fake_broker.hpp"

namespace wardend::client::test {
namespace {

namespace asio = boost::asio;

// Starts the server on a thread of its own; a test talks to it from the main one.
class ClientOfAServer : public ::testing::Test {
 protected:
  ClientOfAServer() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    client.emplace(ends[0]);
    server.adopt(FileDescriptor(ends[1]));
    thread = std::thread([this] { loop.run(); });
  }
  ~ClientOfAServer() override {
    asio::post(
        loop, [this] { asio::co_spawn(loop, server.shut_down(), [this](const std::exception_ptr&) { loop.stop(); }); });
    thread.join();
  }
  asio::io_context loop;
  SystemClock clock{loop};
  ipc::test::FakeBroker fake{clock};
  ipc::broker::Dispatcher dispatcher{fake};
  ipc::UnsentReplies unsent;
  ipc::Server server{loop, clock, unsent, {}, {&dispatcher}, [](const ipc::Caller&) { return std::uint64_t{7}; }};
  std::optional<Client> client;
  std::thread thread;
};

TEST_F(ClientOfAServer, GetsATokenAndThenEndsTheSession) {
  const auto token = client->call("org.wardend.Broker.GetToken", nlohmann::json::object());
  ASSERT_TRUE(token);
  EXPECT_EQ((*token)["access_token"], "secret-token");
  EXPECT_TRUE(client->call("org.wardend.Broker.EndSession", {{"session", "s"}}));
}

TEST_F(ClientOfAServer, IsToldOfRefusals) {
  EXPECT_EQ(client->call("org.wardend.Broker.ListSessions", nlohmann::json::object()).error().error,
            "org.wardend.Broker.NotSupported");
  EXPECT_EQ(client->call("org.wardend.Broker.Nothing", nlohmann::json::object()).error().error,
            "org.varlink.service.MethodNotFound");
}

TEST_F(ClientOfAServer, FollowsAStream) {
  fake.events = 3;
  std::vector<int> seen;
  EXPECT_TRUE(
      client->call_more("org.wardend.Broker.Monitor", nlohmann::json::object(), [&](const nlohmann::json& reply) {
        seen.push_back(reply["event"]["at"]);
        return seen.size() < 3;
      }));
  EXPECT_EQ(seen, (std::vector{0, 1, 2}));
}

}  // namespace
}  // namespace wardend::client::test

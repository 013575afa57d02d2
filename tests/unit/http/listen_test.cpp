// Where the listener listens.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "daemon/http/listener.hpp"

namespace wardend {
namespace {

TEST(ListenOn, TakesANumericAddressWithAPort) {
  for (const char* bad : {"", "9724", "localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                          "127.0.0.1:1x", "[::1:1", "[zz]:1", ":1"}) {
    const auto socket = http::listen_on(bad);
    EXPECT_FALSE(socket) << bad;
    if (!socket) EXPECT_FALSE(socket.error().empty());
  }
  const auto socket = http::listen_on("127.0.0.1:0");
  ASSERT_TRUE(socket);
  const FileDescriptor owner(*socket);
  EXPECT_NE(http::local_port(*socket), 0);
}

TEST(ListenOn, BothLoopbacksShareAPortAndSayWhenItIsTaken) {
  const auto sockets = http::listen_on_loopback(0);
  ASSERT_TRUE(sockets) << sockets.error();
  std::vector<FileDescriptor> owners;
  for (const int socket : *sockets) owners.emplace_back(socket);
  for (const int socket : *sockets) EXPECT_EQ(http::local_port(socket), http::local_port(sockets->front()));
  const auto again = http::listen_on_loopback(http::local_port(sockets->front()));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().find("loopback_port"), std::string::npos) << again.error();
}

}  // namespace
}  // namespace wardend

#include "daemon/http/socket_owner.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "daemon/http/listener.hpp"

namespace wardend {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
};

Address address_of(int socket) {
  Address address;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.size), 0);
  return address;
}

FileDescriptor connect_to(const Address& address) {
  FileDescriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) socket.reset();
  return socket;
}

FileDescriptor accept_from(int listening) {
  pollfd ready{.fd = listening, .events = POLLIN, .revents = 0};
  static_cast<void>(::poll(&ready, 1, 10'000));
  return FileDescriptor(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
}

TEST(SocketOwner, IsTheUserOfTheProcessAtTheOtherEnd) {
  const auto sockets = http::listen_on_loopback(0);
  ASSERT_TRUE(sockets);
  std::vector<FileDescriptor> listening;
  for (const int socket : *sockets) listening.emplace_back(socket);
  for (const FileDescriptor& each : listening) {
    const FileDescriptor client = connect_to(address_of(each.get()));
    ASSERT_TRUE(client.valid());
    const FileDescriptor accepted = accept_from(each.get());
    ASSERT_TRUE(accepted.valid());
    EXPECT_EQ(http::owner_of_peer(accepted.get()), ::getuid());
  }
}

TEST(SocketOwner, TellsAnotherUserFromOneself) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  constexpr uid_t other = 54321;
  const auto socket = http::listen_on("127.0.0.1:0");
  ASSERT_TRUE(socket);
  const FileDescriptor listening(*socket);
  std::array<int, 2> hold{};
  ASSERT_EQ(::pipe(hold.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(hold[1]);
    if (::setresuid(other, other, other) != 0) ::_exit(1);
    const FileDescriptor client = connect_to(address_of(listening.get()));
    char end = 0;
    static_cast<void>(::read(hold[0], &end, 1));  // stays until the parent has looked
    ::_exit(client.valid() ? 0 : 2);
  }
  ::close(hold[0]);
  const FileDescriptor accepted = accept_from(listening.get());
  EXPECT_EQ(http::owner_of_peer(accepted.get()), other);
  ::close(hold[1]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(SocketOwner, OfAPeerThatHasClosedIsNobodyAndNotRoot) {
  const auto socket = http::listen_on("127.0.0.1:0");
  ASSERT_TRUE(socket);
  const FileDescriptor listening(*socket);
  FileDescriptor client = connect_to(address_of(*socket));
  const FileDescriptor accepted = accept_from(*socket);
  client.reset();
  EXPECT_EQ(http::owner_of_peer(accepted.get()), std::nullopt);
}

TEST(SocketOwner, OfWhatIsNoTcpConnectionIsNobody) {
  EXPECT_EQ(http::owner_of_peer(-1), std::nullopt);
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  const FileDescriptor a(pair[0]);
  const FileDescriptor b(pair[1]);
  EXPECT_EQ(http::owner_of_peer(a.get()), std::nullopt);
  const auto listening = http::listen_on("127.0.0.1:0");
  ASSERT_TRUE(listening);
  const FileDescriptor owner(*listening);
  EXPECT_EQ(http::owner_of_peer(*listening), std::nullopt) << "nobody is at the other end";
}

}  // namespace
}  // namespace wardend

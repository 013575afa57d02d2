// Who a caller is, by the kernel.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "tests/unit/ipc/real_socket.hpp"

namespace wardend::ipc {
namespace {

TEST(Caller, IsWhoTheKernelSays) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  auto caller = Caller::of_socket(ours.get());
  ASSERT_TRUE(caller.has_value()) << caller.error();
  EXPECT_EQ(caller->pid(), ::getpid());
  EXPECT_EQ(caller->uid(), ::getuid());
  EXPECT_TRUE(caller->in_group(::getgid()));
  EXPECT_TRUE(caller->start_time().empty());
  EXPECT_TRUE(caller->look_up(ours.get()).has_value());
  EXPECT_FALSE(caller->start_time().empty());
}

TEST(Caller, EscapesWhatAProcessCallsItself) {
  const Caller caller({.pid = 9, .uid = 8, .comm = "a b\nuid=0"});
  EXPECT_EQ(caller.describe(), "pid=9 uid=8 unit= comm=a\\x20b\\x0auid\\x3d0");
}

using test::RealSocket;

TEST_F(RealSocket, KnowsAnotherUser) {
  if (::getuid() != 0) GTEST_SKIP() << "changing the user takes root";
  listen(0666);
  constexpr uid_t other = 54321;
  const pid_t pid = child([&] {
    if (::setgid(other) != 0 || ::setuid(other) != 0) return 2;
    const auto socket = connected();
    const std::string call("{\"method\":\"org.wardend.Broker.GetToken\"}\0", 41);
    if (::send(socket.get(), call.data(), call.size(), MSG_NOSIGNAL) <= 0) return 3;
    std::array<char, 256> reply{};
    return ::recv(socket.get(), reply.data(), reply.size(), 0) > 0 ? 0 : 4;
  });
  for (int tries = 0; tries < 200 && fake.tokens == 0; ++tries) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(25));
  }
  clock.settle();
  EXPECT_EQ(join(pid), 0);
  EXPECT_EQ(uids, std::vector<uid_t>{other});
}

TEST_F(RealSocket, KeepsItsModeFromOtherUsers) {
  if (::getuid() != 0) GTEST_SKIP() << "changing the user takes root";
  listen(0600);
  EXPECT_EQ(join(child([&] {
              if (::setgid(54321) != 0 || ::setuid(54321) != 0) return 2;
              return connected().valid() ? 1 : 0;
            })),
            0);
}

}  // namespace
}  // namespace wardend::ipc

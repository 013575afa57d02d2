// Who a caller is, by the kernel.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>
#include <vector>

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
  EXPECT_TRUE(caller->birth().empty());
  EXPECT_TRUE(caller->hold(ours.get()));
  const std::string birth = caller->birth();
  EXPECT_FALSE(birth.empty());
  EXPECT_TRUE(caller->describe().ends_with("comm=test_ipc")) << caller->describe();
  caller->let_go();
  EXPECT_FALSE(caller->alive());
  EXPECT_EQ(caller->birth(), birth) << "what was read stays";
}

// A connection that another process made, which ends when this goes.
class FromAChild {
 public:
  FromAChild() {
    const FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address.sun_family);  // any free name
    ::listen(listening.get(), 1);
    socklen_t size = sizeof address;
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    pid_ = test::RealSocket::child([&] {
      const FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM, 0));
      if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return 1;
      ::pause();
      return 0;
    });
    socket = FileDescriptor(::accept(listening.get(), nullptr, nullptr));
  }
  ~FromAChild() { end(); }
  FromAChild(const FromAChild&) = delete;
  FromAChild& operator=(const FromAChild&) = delete;
  void end() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  FileDescriptor socket;

 private:
  pid_t pid_ = 0;
};

TEST(Caller, OfTwoProcessesHasTwoBirths) {
  const FromAChild one;
  const FromAChild other;
  std::vector<std::string> births;
  for (const int socket : {one.socket.get(), one.socket.get(), other.socket.get()}) {
    auto caller = Caller::of_socket(socket);
    ASSERT_TRUE(caller.has_value() && caller->hold(socket));
    births.push_back(caller->birth());
  }
  EXPECT_EQ(births[0], births[1]);
  EXPECT_NE(births[0], births[2]);
}

TEST(Caller, OfAProcessThatHasEndedHasNothingToRead) {
  FromAChild peer;
  auto held = Caller::of_socket(peer.socket.get());
  auto late = Caller::of_socket(peer.socket.get());
  ASSERT_TRUE(held.has_value() && late.has_value());
  ASSERT_TRUE(held->hold(peer.socket.get()));
  peer.end();
  EXPECT_FALSE(held->alive());
  EXPECT_EQ(held->cgroup(), CgroupFacts());
  EXPECT_TRUE(held->describe().ends_with("unit= comm=")) << held->describe();
  EXPECT_FALSE(late->hold(peer.socket.get()));
  EXPECT_EQ(late->birth(), "");
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

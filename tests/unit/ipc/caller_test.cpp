// Who a caller is, by the kernel.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tests/unit/ipc/from_a_child.hpp"
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

using test::FromAChild;

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

// What no rule asks for is not read, until one does.
TEST(Caller, LearnsItsGroupsWhenTheyAreWanted) {
  std::vector<gid_t> before(256);
  before.resize(static_cast<std::size_t>(std::max(0, ::getgroups(256, before.data()))));
  if (before.empty() && ::getuid() != 0) GTEST_SKIP() << "this user has no further group";
  const std::vector<gid_t> groups = before.empty() ? std::vector<gid_t>{54321} : before;
  if (before.empty()) ASSERT_EQ(::setgroups(1, groups.data()), 0);
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const FileDescriptor near(ends[0]);
  const FileDescriptor far(ends[1]);
  if (before.empty()) ASSERT_EQ(::setgroups(0, nullptr), 0);
  auto caller = Caller::of_socket(near.get(), {.groups = false, .label = false});
  ASSERT_TRUE(caller.has_value());
  EXPECT_FALSE(caller->in_group(groups.front()));
  caller->learn(near.get(), {.groups = false});
  EXPECT_FALSE(caller->in_group(groups.front()));
  caller->learn(near.get(), {.groups = true});
  EXPECT_TRUE(caller->in_group(groups.front()));
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

// Which processes are kept open, and for how long.
#include "ipc/recent_processes.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/ipc/from_a_child.hpp"

namespace wardend::ipc {
namespace {

using test::FromAChild;

std::shared_ptr<const OpenProcess> of(const FromAChild& peer) {
  return OpenProcess::of_peer(peer.socket.get(), peer.pid(), ::getuid(), {});
}

TEST(RecentProcesses, AreFoundByTheirNumber) {
  const FromAChild one;
  const FromAChild other;
  RecentProcesses recent;
  EXPECT_EQ(recent.find(one.pid()), nullptr);
  const auto process = of(one);
  recent.keep(process);
  EXPECT_EQ(recent.find(one.pid()), process);
  EXPECT_EQ(recent.find(other.pid()), nullptr);
}

// Its number may be another's by now.
TEST(RecentProcesses, AreForgottenWithTheirEnd) {
  FromAChild peer;
  RecentProcesses recent;
  recent.keep(of(peer));
  peer.end();
  EXPECT_EQ(recent.find(peer.pid()), nullptr);
  EXPECT_TRUE(recent.empty());
}

TEST(RecentProcesses, AreForgottenWhenTheyDoNotComeAgain) {
  const FromAChild peer;
  RecentProcesses recent;
  recent.keep(of(peer));
  recent.forget_unused();
  EXPECT_NE(recent.find(peer.pid()), nullptr);
  recent.forget_unused();
  EXPECT_FALSE(recent.empty()) << "it was asked for in between";
  recent.forget_unused();
  EXPECT_TRUE(recent.empty());
}

TEST(RecentProcesses, AreFew) {
  std::vector<FromAChild> peers(RecentProcesses::most + 1);
  RecentProcesses recent;
  for (const FromAChild& peer : peers) recent.keep(of(peer));
  EXPECT_EQ(recent.find(peers.front().pid()), nullptr) << "the oldest has gone";
  EXPECT_NE(recent.find(peers.back().pid()), nullptr);
}

}  // namespace
}  // namespace wardend::ipc

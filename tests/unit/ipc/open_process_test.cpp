// The process at the other end.
#include "ipc/open_process.hpp"

#include <gtest/gtest.h>

#include "tests/unit/ipc/from_a_child.hpp"

namespace wardend::ipc {
namespace {

using test::FromAChild;

std::shared_ptr<const OpenProcess> of(const FromAChild& peer) {
  return OpenProcess::of_peer(peer.socket.get(), peer.pid(), ::getuid(), {});
}

TEST(OpenProcess, IsTheOneThatConnectedForAsLongAsItRuns) {
  FromAChild peer;
  const auto process = of(peer);
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->pid(), peer.pid());
  EXPECT_TRUE(process->runs());
  EXPECT_EQ(process->read("comm"), "test_ipc\n");
  const std::string birth = process->birth();
  EXPECT_TRUE(!birth.empty() && process->has_birth());
  peer.end();
  EXPECT_FALSE(process->runs());
  EXPECT_EQ(process->read("comm"), "");
  EXPECT_EQ(process->birth(), birth) << "what was read stays";
}

TEST(OpenProcess, IsNotThereAfterItsEnd) {
  FromAChild peer;
  peer.end();
  EXPECT_EQ(of(peer), nullptr);
  EXPECT_EQ(OpenProcess::of_peer(-1, ::getpid(), ::getuid(), {}), nullptr);
}

}  // namespace
}  // namespace wardend::ipc

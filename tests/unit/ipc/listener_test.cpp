// Listening sockets that wardend makes itself.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/ipc/real_socket.hpp"

namespace wardend::ipc {
namespace {

using test::RealSocket;

TEST_F(RealSocket, IsNotTakenFromAWardendThatRuns) {
  listen(0600);
  const auto second = listen_at(path, {.mode = 0600});
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().find("another wardend is running"), std::string::npos);
  EXPECT_NE(second.error().find("`systemctl stop 'wardend*'`"), std::string::npos) << "what to do";
  EXPECT_TRUE(connected().valid());
}

TEST_F(RealSocket, ReplacesOneThatNobodyAnswersOn) {
  {
    const auto dead = listen_at(path, {.mode = 0600});
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  listen(0640);
  EXPECT_TRUE(connected().valid());
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0640));
}

TEST_F(RealSocket, LeavesAFileThatIsNoSocketAlone) {
  start({});
  ::close(::creat(path.c_str(), 0600));
  EXPECT_FALSE(listen_at(path, {.mode = 0600}).has_value());
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

}  // namespace
}  // namespace wardend::ipc

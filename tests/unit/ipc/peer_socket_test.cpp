// Whether the other end of a socket is still there.
#include "ipc/peer_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "base/file_descriptor.hpp"

namespace wardend::ipc {
namespace {

class PeerSocket : public ::testing::Test {
 public:
  PeerSocket() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = FileDescriptor(ends[0]);
    theirs = FileDescriptor(ends[1]);
  }
  void say() const { EXPECT_EQ(::send(theirs.get(), "x", 1, MSG_NOSIGNAL), 1); }

  FileDescriptor ours;
  FileDescriptor theirs;
};

TEST_F(PeerSocket, OfOneWhoIsThere) {
  EXPECT_EQ(sent_by_peer(ours.get()), Sent::nothing_yet);
  EXPECT_FALSE(hung_up(ours.get()));
  say();
  EXPECT_EQ(sent_by_peer(ours.get()), Sent::something);
  EXPECT_FALSE(hung_up(ours.get()));
}

TEST_F(PeerSocket, OfOneWhoHasLeft) {
  theirs.reset();
  EXPECT_EQ(sent_by_peer(ours.get()), Sent::no_more);
  EXPECT_TRUE(hung_up(ours.get()));
}

TEST_F(PeerSocket, OfOneWhoHasLeftAWord) {
  say();
  theirs.reset();
  EXPECT_EQ(sent_by_peer(ours.get()), Sent::something);
  EXPECT_TRUE(hung_up(ours.get()));
}

TEST_F(PeerSocket, OfOneWhoWaitsForAnAnswer) {
  say();
  ::shutdown(theirs.get(), SHUT_WR);
  EXPECT_EQ(sent_by_peer(ours.get()), Sent::something);
  EXPECT_FALSE(hung_up(ours.get()));
}

}  // namespace
}  // namespace wardend::ipc

#include "daemon/http/watched_sockets.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::http {
namespace {

using Can = WatchedSockets::Can;

// A socket that was written to: each later wait is to read.
TEST(WatchedSockets, AWaitToReadTurnsTheLoopForThatAlone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const FileDescriptor mine(ends[0]), others(ends[1]);
  asio::io_context loop;
  int written = 0, read = 0;
  WatchedSockets* sockets = nullptr;
  WatchedSockets watched(loop, [&](int fd, Can can) {
    ++(can == Can::write ? written : read);
    std::array<char, 8> bytes{};
    if (can == Can::read) EXPECT_EQ(::recv(fd, bytes.data(), bytes.size(), 0), 1);
    sockets->want(fd, {.read = true});
  });
  sockets = &watched;
  watched.want(mine.get(), {.read = true, .write = true});
  while (written == 0) loop.run_one();
  while (loop.poll() != 0) {  // the wait that is no more
  }
  for (int round = 1; round <= 3; ++round) {
    ASSERT_EQ(::send(others.get(), "x", 1, 0), 1);
    while (read < round) loop.run_one();
    EXPECT_EQ(loop.poll(), 0U) << "nothing has come";
  }
  EXPECT_EQ(written, 1);
}

struct Told {
  asio::io_context loop;
  asio::posix::stream_descriptor none{loop};  // the loop has its own descriptors from the start
  std::vector<int> sockets;
  WatchedSockets watched{loop, [this](int fd, Can) { sockets.push_back(fd); }};
};

// libcurl was seen to ask for a socket that was closed, as a lock met a connection that had broken.
TEST(WatchedSockets, OneThatIsClosedCanBeReadAtOnce) {
  Told told;
  const int opened = told.watched.open(AF_INET, SOCK_STREAM, 0);
  ::close(opened);
  for (const int fd : {opened, -1}) {
    told.sockets.clear();
    told.watched.want(fd, {.read = true});
    EXPECT_TRUE(told.sockets.empty()) << "never while the library calls";
    told.loop.restart();
    told.loop.run();
    EXPECT_EQ(told.sockets, std::vector{fd});
  }
}

TEST(WatchedSockets, OneThatIsClosedAndWantedNoMoreIsNotToldOf) {
  Told told;
  told.watched.want(-1, {.write = true});
  told.watched.want(-1, {});
  told.loop.run();
  EXPECT_TRUE(told.sockets.empty());
}

// A new socket often has the number of the one that ended before it.
TEST(WatchedSockets, ANewOneWithTheNumberOfAClosedOneIsWatched) {
  Told told;
  const int closed = told.watched.open(AF_INET, SOCK_STREAM, 0);
  ::close(closed);
  told.watched.want(closed, {.read = true});
  told.watched.want(closed, {});
  const int opened = told.watched.open(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(opened, closed);
  told.watched.want(opened, {.write = true});
  while (told.sockets.empty() && told.loop.run_one_for(std::chrono::seconds(10)) > 0) {
  }
  EXPECT_EQ(told.sockets, std::vector{opened});
  told.watched.close(opened);
}

}  // namespace
}  // namespace wardend::http

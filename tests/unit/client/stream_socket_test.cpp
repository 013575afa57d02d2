#include "ipc/client/stream_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "tests/unit/client/scripted_broker.hpp"

namespace wardend::client {
namespace {

using Kind = Failure::Kind;

Deadline later() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }
Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::milliseconds(50); }

class Pair : public ::testing::Test {
 public:
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = StreamSocket(FileDescriptor(ends[0]));
    other = FileDescriptor(ends[1]);
  }
  void say(std::string_view bytes) const {
    ASSERT_EQ(::send(other.get(), bytes.data(), bytes.size(), 0), bytes.size());
  }
  StreamSocket ours;
  FileDescriptor other;
};

TEST_F(Pair, AppendsWhatHasArrived) {
  std::string bytes = "a";
  say("bc");
  ASSERT_TRUE(ours.receive_some(bytes, later()));
  EXPECT_EQ(bytes, "abc");
  say(std::string(70'000, 'x'));
  ASSERT_TRUE(ours.receive_some(bytes, later()));
  EXPECT_LE(bytes.size(), 3U + 64UL * 1024) << "64 KiB at once";
}

TEST_F(Pair, GivesUpAtItsDeadline) {
  std::string bytes;
  EXPECT_EQ(ours.receive_some(bytes, soon()).error().kind, Kind::timed_out);
  EXPECT_EQ(ours.send_all(std::string(16UL * 1024 * 1024, 'x'), soon()).error().kind, Kind::timed_out)
      << "nobody reads";
}

TEST_F(Pair, TellsThatTheOtherEndHasClosed) {
  say("rest");
  other = FileDescriptor();
  std::string bytes;
  ASSERT_TRUE(ours.receive_some(bytes, later()));
  EXPECT_EQ(bytes, "rest");
  EXPECT_EQ(ours.receive_some(bytes, later()).error().kind, Kind::closed);
  EXPECT_EQ(ours.send_all("x", later()).error().kind, Kind::closed);
}

TEST(StreamSocketConnect, TellsWhyThereIsNoConnection) {
  const test::TemporaryFolder folder;
  const auto kind = [](const std::string& path) { return StreamSocket::connect(path, later()).error().kind; };
  EXPECT_EQ(kind(folder.file("nobody")), Kind::unreachable);
  EXPECT_EQ(kind("/" + std::string(200, 'x')), Kind::unreachable) << "longer than an address may be";
}

}  // namespace
}  // namespace wardend::client

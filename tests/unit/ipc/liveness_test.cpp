// A process that has ended gets nothing, whoever else holds its connection.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <optional>

#include "tests/unit/ipc/real_socket.hpp"

namespace wardend::ipc {
namespace {

using test::Peer;
using test::RealSocket;

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

// A child process connects and hands its end over to the test, which is then what a child of that process would be.
class Inherited : public RealSocket {
 public:
  Inherited() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    near = FileDescriptor(ends[0]);
    far = FileDescriptor(ends[1]);
  }
  // The process lives until end() is called.
  Peer inherit() {
    pid = child([&] {
      const auto socket = connected();
      give(socket.get());
      char byte = 0;
      return ::read(far.get(), &byte, 1) == 1 ? 0 : 1;
    });
    return Peer(take());
  }
  void end() {
    EXPECT_EQ(::write(near.get(), "", 1), 1);
    EXPECT_EQ(join(pid), 0);
  }

 private:
  struct Letter {
    Letter() {
      message.msg_iov = &body;
      message.msg_iovlen = 1;
      message.msg_control = control.data();
      message.msg_controllen = control.size();
    }
    char byte = 0;
    iovec body{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
  };
  void give(int socket) const {
    Letter letter;
    cmsghdr* header = CMSG_FIRSTHDR(&letter.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &socket, sizeof socket);
    (void)::sendmsg(far.get(), &letter.message, 0);
  }
  FileDescriptor take() const {
    Letter letter;
    EXPECT_EQ(::recvmsg(near.get(), &letter.message, 0), 1);
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&letter.message)), sizeof fd);
    return FileDescriptor(fd);
  }

  FileDescriptor near;
  FileDescriptor far;
  pid_t pid = -1;
};

TEST_F(Inherited, RefusesAPeerThatIsDeadAtAccept) {
  listen(0600);
  Peer peer = inherit();
  end();
  clock.settle();
  EXPECT_TRUE(accepted.empty());
  EXPECT_EQ(rejected(Rejection::unknown_peer), 1U);
  EXPECT_TRUE(peer.closed());
}

TEST_F(Inherited, DropsAPeerThatLeftBeforeItWasAccepted) {
  listen(0600);
  ASSERT_EQ(join(child([&] { return connected().valid() ? 0 : 1; })), 0);
  clock.settle();
  EXPECT_TRUE(accepted.empty());
  EXPECT_EQ(server->counters().connections, 0U);
}

// Secrets, and what names a patient or a user: all of it.
TEST_F(Inherited, GivesNoReplyToAProcessThatHasEnded) {
  const std::pair<const char*, nlohmann::json> calls[] = {
      {"GetToken", nlohmann::json::object()},     {"GetSession", {{"session", "s"}}},
      {"ListSessions", nlohmann::json::object()}, {"ResumeWork", {{"session", "s"}}},
      {"GetHealth", nlohmann::json::object()},    {"NoSuchMethod", nlohmann::json::object()},
  };
  listen(0600);
  for (const auto& [method, parameters] : calls) {
    Peer peer = inherit();
    clock.settle();
    EXPECT_FALSE(ask(peer, method, parameters).is_null()) << method;
    end();
    EXPECT_TRUE(ask(peer, method, parameters).is_null()) << method;
    EXPECT_TRUE(peer.closed()) << method;
  }
}

TEST_F(Inherited, GivesNoFirstReplyToAProcessThatHasEnded) {
  listen(0600);
  Peer peer = inherit();
  clock.settle();
  ASSERT_EQ(accepted.size(), 1U);
  end();
  EXPECT_TRUE(ask(peer, "GetToken").is_null());
  EXPECT_TRUE(peer.closed());
}

// B12: nor is anything done in its name.
TEST_F(Inherited, CarriesOutNoCallOfAProcessThatHasEnded) {
  listen(0600);
  Peer asked_before = inherit();
  clock.settle();
  EXPECT_FALSE(ask(asked_before, "EndSession", {{"session", "s"}}).is_null());
  ASSERT_EQ(fake.ended_sessions, 1);
  end();
  EXPECT_TRUE(ask(asked_before, "EndSession", {{"session", "s"}}).is_null());
  EXPECT_EQ(fake.ended_sessions, 1);
  EXPECT_TRUE(asked_before.closed());
  Peer asked_never = inherit();
  clock.settle();
  end();
  EXPECT_TRUE(ask(asked_never, "EndSession", {{"session", "s"}}).is_null());
  EXPECT_EQ(fake.ended_sessions, 1);
}

TEST_F(Inherited, GivesNoEventToAProcessThatHasEnded) {
  listen(0600);
  Peer peer = inherit();
  clock.settle();
  peer.put_frame({{"method", "org.wardend.Broker.Monitor"}, {"parameters", nlohmann::json::object()}, {"more", true}});
  clock.settle();
  ASSERT_EQ(peer.replies().size(), 1U);
  end();
  fake.happened.notify_all();
  clock.settle();
  EXPECT_TRUE(peer.replies().empty());
  EXPECT_TRUE(peer.closed());
}

TEST(Caller, WithoutAProcessIsNotAlive) {
  Caller caller({.pid = ::getpid(), .uid = ::getuid()});
  EXPECT_FALSE(caller.alive());
  EXPECT_FALSE(caller.hold(-1));
  EXPECT_FALSE(caller.alive());
}

TEST(Caller, IsAliveOnceItsProcessIsHeld) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  auto caller = Caller::of_socket(ours.get());
  ASSERT_TRUE(caller.has_value());
  EXPECT_FALSE(caller->alive());
  EXPECT_TRUE(caller->hold(ours.get()));
  EXPECT_TRUE(caller->alive());
  EXPECT_FALSE(caller->birth().empty());
}

// Its configuration was read anew meanwhile, and names the caller now.
TEST_F(Inherited, TheProcessOfOneWhoBecomesKnownIsOpenedThen) {
  bool known = false;
  start({.may_be_known = [&](const Caller&) { return known; }});
  auto peer = connect();
  EXPECT_FALSE(ask(peer, "GetHealth").is_null());
  const auto before = open_descriptors();
  EXPECT_FALSE(ask(peer, "GetToken").is_null());
  EXPECT_EQ(open_descriptors(), before) << "of a stranger there is no need";
  known = true;
  EXPECT_FALSE(ask(peer, "GetHealth").is_null());
  EXPECT_EQ(open_descriptors(), before + 1);
}

TEST_F(Inherited, AnIdleConnectionCostsOneDescriptor) {
  connect().leave();  // what the loop opens for its first socket stays
  clock.settle();
  const auto before = open_descriptors();
  auto peer = connect();
  EXPECT_EQ(open_descriptors(), before + 2) << "both ends are here";
  EXPECT_FALSE(ask(peer, "GetToken").is_null());
  EXPECT_EQ(open_descriptors(), before + 3) << "and the process, once it has asked something";
  peer.leave();
  clock.settle();
  EXPECT_EQ(open_descriptors(), before);
}

// A program that connects for each call.
TEST_F(Inherited, AProcessThatComesAgainIsOpenedOnceAndForgottenSoon) {
  connect().leave();  // what the loop opens for its first socket stays
  clock.advance(3s);
  const auto before = open_descriptors();
  for (int call = 0; call < 5; ++call) {
    auto peer = connect();
    EXPECT_FALSE(ask(peer, "GetToken").is_null());
    peer.leave();
    clock.settle();
    EXPECT_EQ(open_descriptors(), before + 1);
  }
  clock.advance(3s);
  EXPECT_EQ(open_descriptors(), before);
}

// The number of a process that has ended is given away again: what is known of one never stands for another.
TEST_F(Inherited, OneThatHasEndedIsNotFoundAmongThoseWhoCameBefore) {
  listen(0600);
  Peer first = inherit();
  clock.settle();
  EXPECT_FALSE(ask(first, "GetToken").is_null());
  end();
  EXPECT_TRUE(ask(first, "GetToken").is_null());
  Peer second = inherit();
  clock.settle();
  EXPECT_FALSE(ask(second, "GetToken").is_null()) << "another process";
  end();
}

}  // namespace
}  // namespace wardend::ipc

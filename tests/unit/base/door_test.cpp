// Who is let in at a listening socket, and how fast.
#include "base/door.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/co_spawn.hpp>
#include <cstddef>
#include <vector>

#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

class DoorBench : public ::testing::Test {
 public:
  ~DoorBench() override {
    if (door) door->shut();
    clock.advance(1h);
    EXPECT_TRUE(!door || ended);
  }

  void keep(const PaceLimits& strangers = {}) {
    FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_.sun_family = AF_UNIX;
    size_ = sizeof address_.sun_family;  // the kernel chooses a name that is no file's
    ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address_), size_), 0);
    size_ = sizeof address_;
    ASSERT_EQ(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address_), &size_), 0);
    ASSERT_EQ(::listen(listening.get(), 128), 0);
    door.emplace(loop, clock, std::move(listening), Door::Options{.label = "test", .strangers = strangers},
                 [this](FileDescriptor socket) {
                   inside.push_back(std::move(socket));
                   return rank;
                 });
    asio::co_spawn(loop, door->keep(), [this](const std::exception_ptr& failure) { ended = !failure; });
    clock.settle();
  }
  void come(int number) {
    for (int i = 0; i < number; ++i) {
      outside.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ASSERT_EQ(::connect(outside.back().get(), reinterpret_cast<sockaddr*>(&address_), size_), 0);
    }
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  std::optional<Door> door;
  Rank rank = Rank::known;
  bool ended = false;
  std::vector<FileDescriptor> inside;
  std::vector<FileDescriptor> outside;

 private:
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

// A nanosecond of work costs a minute, so that one who comes in is too much.
constexpr PaceLimits dear{.at_once = 1, .each = 1min, .longest_pause = 1min};

TEST_F(DoorBench, SeveralComeInAtOnce) {
  keep();
  come(5);
  loop.restart();
  while (inside.empty() && loop.run_one_for(std::chrono::seconds(10)) != 0) {
  }
  EXPECT_EQ(inside.size(), 5U) << "in one turn of the loop";
}

TEST_F(DoorBench, WhoComesLaterComesInToo) {
  keep();
  for (std::size_t i = 1; i <= 3; ++i) {
    come(1);
    clock.settle();
    EXPECT_EQ(inside.size(), i);
  }
}

TEST_F(DoorBench, StrangersComeInNoFasterThanTheirTimeAllows) {
  rank = Rank::stranger;
  keep(dear);
  come(3);
  clock.settle();
  EXPECT_EQ(inside.size(), 1U);
  clock.advance(1min);
  EXPECT_EQ(inside.size(), 2U);
  clock.advance(1min);
  EXPECT_EQ(inside.size(), 3U);
}

TEST_F(DoorBench, OneWhoIsKnownCostsNothing) {
  keep(dear);
  come(3);
  clock.settle();
  EXPECT_EQ(inside.size(), 3U);
}

TEST_F(DoorBench, WhoWaitsComesInOnceDescriptorsAreThere) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "UBSan opens a pipe to look at what the log line is written into";
#endif
  keep();
  come(1);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  clock.settle();
  ::setrlimit(RLIMIT_NOFILE, &before);
  clock.settle();
  EXPECT_TRUE(inside.empty()) << "it does not spin";
  clock.advance(100ms);
  EXPECT_EQ(inside.size(), 1U);
}

TEST_F(DoorBench, NobodyComesInOnceItIsShut) {
  keep();
  door->shut();
  clock.settle();
  EXPECT_TRUE(ended);
}

TEST_F(DoorBench, KnowsWhetherSomebodyWaits) {
  keep();
  EXPECT_FALSE(door->somebody_waits());
  come(1);
  EXPECT_TRUE(door->somebody_waits());
  clock.settle();
  EXPECT_EQ(inside.size(), 1U);
  EXPECT_FALSE(door->somebody_waits());
}

}  // namespace
}  // namespace wardend

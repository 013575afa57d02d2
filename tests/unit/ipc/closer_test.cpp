// Sockets are closed beside the loop.
#include "ipc/closer.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>

#include "base/task_group.hpp"
#include "ipc/peer_socket.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::ipc {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = FileDescriptor(ends[0]);
    theirs = FileDescriptor(ends[1]);
  }
  // Leaves something that nobody reads.
  void say() const { EXPECT_EQ(::send(theirs.get(), "x", 1, MSG_NOSIGNAL), 1); }
  FileDescriptor ours;
  FileDescriptor theirs;
};

class CloserBench : public ::testing::Test {
 public:
  void settle_until_hung_up(const Pair& pair) {
    for (int tries = 0; tries < 500 && !hung_up(pair.theirs.get()); ++tries) {
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(20));
    }
  }
  asio::io_context loop;
  wardend::test::VirtualClock clock{loop};
  Worker worker{clock};
  TaskGroup tasks{loop.get_executor()};
};

TEST_F(CloserBench, ClosesBesideTheLoop) {
  Closer closer(clock, &worker);
  tasks.spawn("closer", closer.run());
  Pair first;
  Pair second;
  first.say();
  second.say();
  closer.close(std::move(first.ours));
  closer.close(std::move(second.ours));
  EXPECT_FALSE(hung_up(first.theirs.get())) << "not in this turn";
  settle_until_hung_up(first);
  settle_until_hung_up(second);
  EXPECT_TRUE(hung_up(first.theirs.get()));
  EXPECT_TRUE(hung_up(second.theirs.get()));
  tasks.cancel();
  clock.settle();
}

// Nothing in it takes long to free.
TEST_F(CloserBench, ClosesAtOnceWhatIsRead) {
  Closer closer(clock, &worker);
  Pair pair;
  closer.close(std::move(pair.ours));
  EXPECT_TRUE(hung_up(pair.theirs.get()));
  closer.close(FileDescriptor());
}

TEST_F(CloserBench, ClosesAtOnceWithoutAWorker) {
  Closer closer(clock, nullptr);
  Pair pair;
  pair.say();
  closer.close(std::move(pair.ours));
  EXPECT_TRUE(hung_up(pair.theirs.get()));
}

// The worker is behind: descriptors are few.
TEST_F(CloserBench, ClosesAtOnceWhileManyWait) {
  Closer closer(clock, &worker);
  std::vector<Pair> pairs(65);
  for (Pair& pair : pairs) {
    pair.say();
    closer.close(std::move(pair.ours));
  }
  EXPECT_FALSE(hung_up(pairs[63].theirs.get()));
  EXPECT_TRUE(hung_up(pairs[64].theirs.get()));
}

// Who comes again as soon as they are refused would come thousands of times a second.
TEST_F(CloserBench, KeepsWhoIsTurnedAwayForASecond) {
  Closer closer(clock, &worker);
  tasks.spawn("closer", closer.run());
  Pair first;
  Pair second;
  closer.turn_away(std::move(first.ours));
  clock.advance(600ms);
  closer.turn_away(std::move(second.ours));
  clock.advance(300ms);
  EXPECT_FALSE(hung_up(first.theirs.get()));
  clock.advance(100ms);
  settle_until_hung_up(first);
  EXPECT_TRUE(hung_up(first.theirs.get()));
  EXPECT_FALSE(hung_up(second.theirs.get())) << "each has a second of its own";
  clock.advance(600ms);
  settle_until_hung_up(second);
  EXPECT_TRUE(hung_up(second.theirs.get()));
  tasks.cancel();
  clock.settle();
}

TEST_F(CloserBench, ClosesAtOnceWhileManyAreTurnedAway) {
  Closer closer(clock, &worker);
  for (int i = 0; i < 512; ++i) closer.turn_away(FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  Pair pair;
  closer.turn_away(std::move(pair.ours));
  EXPECT_TRUE(hung_up(pair.theirs.get()));
}

}  // namespace
}  // namespace wardend::ipc

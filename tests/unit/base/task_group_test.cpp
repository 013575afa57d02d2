#include "base/task_group.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "base/worker.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

asio::awaitable<void> sleep_long(Clock& clock, int& ended) {
  struct AtEnd {
    int& count;
    ~AtEnd() { ++count; }
  } at_end{ended};
  co_await clock.sleep_for(24h);
}

asio::awaitable<void> throw_up() {
  throw std::runtime_error("a bug");
  co_return;
}

asio::awaitable<void> add(Worker& worker, int& sum) {
  sum = co_await worker.run([] { return 40 + 2; });
}

TEST(TaskGroup, ShutsDownByCancellingAndJoining) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  TaskGroup other(loop.get_executor());
  int ended = 0;
  for (int i = 0; i < 3; ++i) tasks.spawn("sleeper", sleep_long(clock, ended));
  clock.settle();
  EXPECT_EQ(tasks.size(), 3U);
  other.spawn("joiner", tasks.shut_down(clock));
  clock.settle();
  EXPECT_EQ(ended, 3);
  EXPECT_EQ(other.size(), 0U);
}

TEST(TaskGroupDeathTest, ABugInATaskTerminates) {
  EXPECT_DEATH(
      {
        asio::io_context loop;
        TaskGroup tasks(loop.get_executor());
        tasks.spawn("buggy", throw_up());
        loop.run();
      },
      "a bug");
}

TEST(Worker, ResumesTheCallerOnItsOwnLoop) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  Worker worker(clock);
  TaskGroup tasks(loop.get_executor());
  int sum = 0;
  tasks.spawn("add", add(worker, sum));
  loop.run();
  EXPECT_EQ(sum, 42);
}

}  // namespace
}  // namespace wardend

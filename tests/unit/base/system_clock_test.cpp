#include "base/system_clock.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/task_group.hpp"

namespace wardend {
namespace {

asio::awaitable<void> note_after(Clock& clock, Duration span, std::vector<int>& order, int number) {
  co_await clock.sleep_for(span);
  order.push_back(number);
}

TEST(SystemClock, WakesOnTheRealTimer) {
  asio::io_context loop;
  SystemClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  std::vector<int> order;
  tasks.spawn("second", note_after(clock, 2ms, order, 2));
  tasks.spawn("first", note_after(clock, 1ms, order, 1));
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

asio::awaitable<void> note_wake(Clock& clock, Event& event, BootTime until, std::vector<Clock::Wake>& wakes) {
  wakes.push_back(co_await clock.wait(event, until));
}

// The earliest time of all would disarm the kernel's timer.
TEST(SystemClock, WakesAtOnceThoseWhoseDeadlineIsOver) {
  asio::io_context loop;
  SystemClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  Event event;
  std::vector<Clock::Wake> wakes;
  tasks.spawn("over", note_wake(clock, event, clock.now() - 1s, wakes));
  tasks.spawn("earliest", note_wake(clock, event, BootTime{}, wakes));
  loop.run_for(5s);
  EXPECT_EQ(wakes, (std::vector{Clock::Wake::deadline, Clock::Wake::deadline}));
}

TEST(SystemClock, LetsALoopEndInWhichNobodyWaits) {
  asio::io_context loop;
  const SystemClock clock(loop);
  EXPECT_EQ(loop.run(), 0U);
}

TEST(SystemClock, TellsTheTimeOfTheKernelsClocks) {
  asio::io_context loop;
  const SystemClock clock(loop);
  const auto boot = clock.now();
  const auto wall = clock.wall_now();
  EXPECT_LE(boot, clock.now());
  EXPECT_GT(boot.time_since_epoch(), 0s);
  EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - wall), 1min);
}

}  // namespace
}  // namespace wardend

#include "base/clock_watch.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <vector>

#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

// A machine whose clocks a test moves; `pause`: how long the process stood still between two readings.
struct Machine {
  Duration up = 1h;
  Duration asleep{};
  Duration wall_offset = 1'800'000'000s;
  [[nodiscard]] ClockReading read(Duration pause = 100ns) {
    ClockReading reading{.boot_before = up + asleep};
    up += pause;
    reading.monotonic = up;
    up += pause;
    reading.wall = wall_offset + up + asleep;
    up += pause;
    reading.boot_after = up + asleep;
    return reading;
  }
};

TEST(ClockWatch, TellsASleepOnceAndItsLength) {
  Machine machine;
  ClockWatch watch(machine.read());
  machine.up += 10min;
  EXPECT_EQ(watch.slept(machine.read()), Duration::zero());
  machine.asleep += 3h;
  const Duration told = watch.slept(machine.read());
  EXPECT_LE(told, 3h);
  EXPECT_GT(told, 3h - 1ms);
  EXPECT_EQ(watch.slept(machine.read()), Duration::zero());
  machine.asleep += 20ms;
  EXPECT_GT(watch.slept(machine.read()), 19ms) << "the next one, however short";
}

TEST(ClockWatch, APauseBetweenTwoReadingsIsNoSleepAndNoStep) {
  Machine machine;
  ClockWatch watch(machine.read(5s));
  for (const Duration pause : {100ns, 2s + 0ns, 30s + 0ns, 100ns, 1s + 0ns, 100ns}) {
    EXPECT_EQ(watch.slept(machine.read(pause)), Duration::zero()) << pause.count();
    EXPECT_EQ(watch.wall_set(machine.read(pause)), Duration::zero()) << pause.count();
  }
}

TEST(ClockWatch, TellsHowFarTheWallClockWasSetEitherWay) {
  Machine machine;
  ClockWatch watch(machine.read());
  for (const Duration by : {Duration(24h), Duration(-24h), Duration(1s), Duration(-3600s)}) {
    machine.wall_offset += by;
    EXPECT_NEAR(static_cast<double>(watch.wall_set(machine.read()).count()), static_cast<double>(by.count()), 1e6);
    EXPECT_EQ(watch.wall_set(machine.read()), Duration::zero());
  }
  EXPECT_EQ(watch.slept(machine.read()), Duration::zero()) << "a step is no sleep";
}

TEST(ClockWatch, ASleepMovesTheWallClockByNothing) {
  Machine machine;
  ClockWatch watch(machine.read());
  machine.asleep += 3h;
  EXPECT_EQ(watch.wall_set(machine.read()), Duration::zero());
}

asio::awaitable<void> note(Clock& clock, Duration span, std::vector<std::string>& order) {
  co_await clock.sleep_for(span);
  order.emplace_back("due");
}

TEST(Clock, TellsOfASleepBeforeAnythingThatFellDueMeanwhile) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  std::vector<std::string> order;
  std::vector<Duration> slept;
  clock.on_sleep([&](Duration span) {
    order.emplace_back("slept");
    slept.push_back(span);
  });
  tasks.spawn("note", note(clock, 1h, order));
  clock.sleep_through(3h);
  EXPECT_EQ(order, (std::vector<std::string>{"slept", "due"}));
  clock.advance(1h);
  EXPECT_EQ(slept, std::vector<Duration>{3h});
}

TEST(Clock, WhoeverIsWokenFirstMayAskForTheSleep) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  std::vector<Duration> slept;
  clock.on_sleep([&](Duration span) { slept.push_back(span); });
  clock.notice();
  EXPECT_TRUE(slept.empty());
  clock.fall_asleep(20s);
  clock.notice();
  clock.notice();
  EXPECT_EQ(slept, std::vector<Duration>{20s});
}

TEST(SystemClock, SeesNoSleepWhereThereIsNone) {
  asio::io_context loop;
  SystemClock clock(loop);
  bool slept = false;
  clock.on_sleep([&](Duration) { slept = true; });
  for (int i = 0; i < 10'000; ++i) clock.notice();
  EXPECT_FALSE(slept);
}

// Sets the wall clock to what it is, which is all that the kernel needs to tell. False: this process may not.
bool set_wall_clock() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec = std::min(time.tv_nsec + 1000, 999'999'999L);
  return clock_settime(CLOCK_REALTIME, &time) == 0;
}

asio::awaitable<void> wait_for(Clock& clock, Event& event, std::vector<Clock::Wake>& wakes) {
  wakes.push_back(co_await clock.wait(event, clock.now() + 5s));
}

TEST(SystemClock, TellsEachTimeThatTheWallClockIsSetAndMovesNobodysDeadline) {
  asio::io_context loop;
  SystemClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  Event told;
  std::vector<Duration> steps;
  std::vector<Clock::Wake> wakes;
  bool permitted = true;
  clock.on_wall_set([&](Duration by) {
    steps.push_back(by);
    if (steps.size() == 2) return told.notify_all();
    set_wall_clock();
  });
  tasks.spawn("wait", wait_for(clock, told, wakes));
  asio::post(loop, [&] {
    permitted = set_wall_clock();
    if (!permitted) told.notify_all();
  });
  loop.run();
  if (!permitted) GTEST_SKIP() << "setting the wall clock needs root: sudo script/test";
  ASSERT_EQ(wakes, std::vector{Clock::Wake::notified}) << "the kernel did not tell";
  EXPECT_EQ(steps.size(), 2U);
  for (const Duration by : steps) EXPECT_LT(std::chrono::abs(by), 100ms);
}

}  // namespace
}  // namespace wardend

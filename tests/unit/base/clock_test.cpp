#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

asio::awaitable<void> note_after(Clock& clock, Duration span, std::vector<int>& order, int number) {
  co_await clock.sleep_for(span);
  order.push_back(number);
}

asio::awaitable<void> note_wake(Clock& clock, Event& event, Duration span, std::vector<Clock::Wake>& wakes) {
  wakes.push_back(co_await clock.wait(event, clock.now() + span));
}

TEST(VirtualClock, RunsSleepersInTheOrderOfTheirDeadlines) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  std::vector<int> order;
  tasks.spawn("late", note_after(clock, 8h, order, 2));
  tasks.spawn("early", note_after(clock, 1s, order, 1));
  clock.advance(500ms);
  EXPECT_TRUE(order.empty());
  clock.advance(8h);
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

// For when the kernel is asked to wake it; time stands still.
class StandingClock final : public Clock {
 public:
  [[nodiscard]] BootTime now() const override { return BootTime(1h); }
  [[nodiscard]] WallTime wall_now() const override { return {}; }
  std::optional<BootTime> armed;

 private:
  [[nodiscard]] Duration unnoticed_sleep() override { return {}; }
  void rearm(std::optional<BootTime> earliest) override { armed = earliest; }
};

TEST(Clock, IsWokenAtNoDeadlineThatNobodyHasAnyMore) {
  asio::io_context loop;
  StandingClock clock;
  TaskGroup tasks(loop.get_executor());
  Event event;
  std::vector<Clock::Wake> wakes;
  tasks.spawn("long", note_wake(clock, event, 8h, wakes));
  loop.poll();
  tasks.spawn("answered", note_wake(clock, event, 1s, wakes));
  std::vector<int> order;
  tasks.spawn("later", note_after(clock, 1min, order, 1));
  loop.restart();
  loop.poll();
  EXPECT_EQ(clock.armed, clock.now() + 1s);
  event.notify_all();
  loop.restart();
  loop.poll();
  EXPECT_EQ(wakes.size(), 2U);
  EXPECT_EQ(clock.armed, clock.now() + 1min);
  tasks.cancel();
  loop.restart();
  loop.poll();
  EXPECT_EQ(clock.armed, std::nullopt);
}

TEST(Clock, AnEventWakesAllThatWaitAndTheDeadlineTheRest) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  Event event;
  std::vector<Clock::Wake> wakes;
  tasks.spawn("a", note_wake(clock, event, 1s, wakes));
  tasks.spawn("b", note_wake(clock, event, 1s, wakes));
  clock.settle();
  event.notify_all();
  clock.settle();
  EXPECT_EQ(wakes, (std::vector{Clock::Wake::notified, Clock::Wake::notified}));
  tasks.spawn("c", note_wake(clock, event, 1s, wakes));
  clock.advance(1s);
  EXPECT_EQ(wakes.back(), Clock::Wake::deadline);
}

TEST(Clock, AnEventMayGoBeforeThoseThatWaitForIt) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  auto event = std::make_unique<Event>();
  std::vector<Clock::Wake> wakes;
  tasks.spawn("a", note_wake(clock, *event, 1s, wakes));
  clock.settle();
  event.reset();
  clock.settle();
  EXPECT_EQ(wakes.size(), 1U);
}

}  // namespace
}  // namespace wardend

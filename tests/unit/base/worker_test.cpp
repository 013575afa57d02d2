#include "base/worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <thread>

#include "base/task_group.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

using namespace std::chrono_literals;

// Shared with the thread, which may outlive the test's frame.
using GatePtr = std::shared_ptr<test::Gate>;

auto pass(GatePtr gate) {
  return [gate = std::move(gate)] {
    gate->pass();
    return 7;
  };
}

struct WorkerBench {
  // From the loop, as everybody who cancels: a result that is queued comes first then.
  ~WorkerBench() {
    asio::post(loop, [this] { tasks.cancel(); });
    clock.settle();
  }
  // Runs the loop until `reached`, ten seconds at most. Virtual time stands still.
  bool until(const std::function<bool()>& reached) { return test::until(loop, reached); }
  asio::awaitable<void> run(GatePtr on) {
    seen = co_await worker.run(pass(std::move(on)));
    went_on = true;
  }
  asio::awaitable<void> run_for(Duration span, GatePtr on) {
    const auto result = co_await worker.run_until(clock.now() + span, pass(std::move(on)));
    seen = result.value_or(-1);
    went_on = true;
  }
  asio::awaitable<void> fail() {
    try {
      static_cast<void>(co_await worker.run([]() -> int { throw std::runtime_error("no memory"); }));
    } catch (const std::runtime_error&) {
      went_on = true;
    }
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker worker{clock};
  TaskGroup tasks{loop.get_executor()};
  GatePtr gate = std::make_shared<test::Gate>();
  int seen = 0;
  bool went_on = false;
};

TEST(Worker, GivesItsCallerWhatTheWorkReturned) {
  WorkerBench bench;
  bench.gate->open();
  bench.tasks.spawn("work", bench.run(bench.gate));
  EXPECT_TRUE(bench.until([&] { return bench.went_on; }));
  EXPECT_EQ(bench.seen, 7);
}

TEST(Worker, GivesItsCallerWhatTheWorkThrew) {
  WorkerBench bench;
  bench.tasks.spawn("work", bench.fail());
  EXPECT_TRUE(bench.until([&] { return bench.went_on; }));
}

TEST(Worker, KeepsTheLoopRunningWhileItWorks) {
  WorkerBench bench;
  bench.tasks.spawn("work", bench.run(bench.gate));
  std::thread opener([gate = bench.gate] {
    gate->await_entry();
    gate->open();
  });
  bench.loop.run();
  opener.join();
  EXPECT_TRUE(bench.went_on);
}

TEST(Worker, ACancelledCallerGoesAtOnceAndItsWorkEndsUnheard) {
  WorkerBench bench;
  bench.tasks.spawn("work", bench.run(bench.gate));
  bench.clock.settle();
  bench.gate->await_entry();
  asio::post(bench.loop, [&] { bench.tasks.cancel(); });
  bench.clock.settle();
  EXPECT_EQ(bench.tasks.size(), 0U);
  bench.gate->open();
  bench.gate->await_passage();
  bench.clock.settle();
  EXPECT_FALSE(bench.went_on);
}

TEST(Worker, ACancelledCallersWorkThatHasNotBegunNeverBegins) {
  WorkerBench bench;
  const GatePtr second = std::make_shared<test::Gate>();
  bench.tasks.spawn("first", bench.run(bench.gate));
  bench.tasks.spawn("second", bench.run(second));
  bench.clock.settle();
  bench.gate->await_entry();  // else the thread may take up the second when only the first is cancelled
  asio::post(bench.loop, [&] { bench.tasks.cancel(); });
  bench.clock.settle();
  bench.gate->open();
  bench.tasks.spawn("third", bench.run(bench.gate));
  EXPECT_TRUE(bench.until([&] { return bench.went_on; }));
  EXPECT_FALSE(second->entered());
}

// Under a sanitizer this fails when the result can come to a caller that has gone.
TEST(Worker, ACancellationThatMeetsTheResultTouchesNothingThatIsGone) {
  WorkerBench bench;
  bench.tasks.spawn("work", bench.run(bench.gate));
  bench.clock.settle();
  // It is reached when the result of the first was handed over.
  const GatePtr next = std::make_shared<test::Gate>();
  const auto behind = bench.worker.begin(bench.loop.get_executor(), pass(next));
  asio::post(bench.loop, [&] {
    bench.gate->open();  // the result is queued behind this handler
    next->await_entry();
    bench.tasks.cancel();
  });
  EXPECT_TRUE(bench.until([&] { return bench.tasks.size() == 0; }));
  next->open();
}

TEST(Worker, WorkInTimeGivesItsResult) {
  WorkerBench bench;
  bench.gate->open();
  bench.tasks.spawn("work", bench.run_for(1s, bench.gate));
  EXPECT_TRUE(bench.until([&] { return bench.went_on; }));
  EXPECT_EQ(bench.seen, 7);
  EXPECT_FALSE(bench.worker.stuck());
}

TEST(Worker, AfterTheDeadlineTheCallerGoesOnAlone) {
  WorkerBench bench;
  bench.tasks.spawn("work", bench.run_for(1s, bench.gate));
  bench.clock.advance(900ms);
  EXPECT_FALSE(bench.went_on);
  bench.clock.advance(200ms);
  EXPECT_TRUE(bench.went_on);
  EXPECT_EQ(bench.seen, -1);
  bench.gate->open();
}

TEST(Worker, NothingQueuesBehindWorkThatMissedItsDeadline) {
  WorkerBench bench;
  bench.tasks.spawn("hangs", bench.run_for(1s, bench.gate));
  bench.clock.settle();
  bench.gate->await_entry();
  bench.clock.advance(1s);
  ASSERT_TRUE(bench.worker.stuck());
  bench.went_on = false;
  const GatePtr next = std::make_shared<test::Gate>();
  next->open();
  bench.tasks.spawn("next", bench.run_for(1s, next));
  bench.clock.settle();
  EXPECT_TRUE(bench.went_on) << "at once";
  EXPECT_EQ(bench.seen, -1);
  bench.gate->open();
  EXPECT_TRUE(bench.until([&] { return !bench.worker.stuck(); }));
  bench.tasks.spawn("after", bench.run_for(1s, next));
  EXPECT_TRUE(bench.until([&] { return bench.seen == 7; }));
}

// It was given up in the queue: nothing of it hangs once its turn has come and gone.
TEST(Worker, WorkThatMissedItsDeadlineInTheQueueIsPassedOver) {
  WorkerBench bench;
  const GatePtr queued = std::make_shared<test::Gate>();
  bench.tasks.spawn("hangs", bench.run(bench.gate));
  bench.tasks.spawn("queued", bench.run_for(1s, queued));
  bench.clock.advance(1s);
  EXPECT_TRUE(bench.worker.stuck());
  bench.gate->open();
  EXPECT_TRUE(bench.until([&] { return !bench.worker.stuck(); }));
  EXPECT_FALSE(queued->entered());
}

TEST(Worker, WorkThatWasCancelledDoesNotCountAsStuck) {
  WorkerBench bench;
  bench.tasks.spawn("hangs", bench.run_for(1s, bench.gate));
  bench.clock.settle();
  bench.gate->await_entry();
  asio::post(bench.loop, [&] { bench.tasks.cancel(); });
  bench.clock.settle();
  EXPECT_FALSE(bench.worker.stuck());
  bench.gate->open();
}

TEST(Worker, EndingWaitsForWorkThatIsAlmostDone) {
  WorkerBench bench;
  bench.gate->open();
  bench.tasks.spawn("work", bench.run(bench.gate));
  bench.clock.settle();
  EXPECT_TRUE(bench.worker.end());
  EXPECT_TRUE(bench.worker.end()) << "twice is once";
}

TEST(Worker, EndingLeavesWorkThatHangsBehind) {
  const GatePtr gate = std::make_shared<test::Gate>();
  {
    WorkerBench bench;
    bench.tasks.spawn("work", bench.run_for(1s, gate));
    bench.clock.settle();
    gate->await_entry();
    bench.clock.advance(1s);
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(bench.worker.end());
    EXPECT_FALSE(bench.worker.end());
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  }
  gate->open();  // the thread comes back when loop, clock and worker are gone
  while (gate.use_count() > 1) std::this_thread::yield();
}

}  // namespace
}  // namespace wardend

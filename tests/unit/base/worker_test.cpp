#include "base/worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <thread>

#include "base/task_group.hpp"

namespace wardend {
namespace {

using namespace std::chrono_literals;

struct Bench {
  // Runs the loop until `reached`, ten seconds at most.
  bool until(const std::function<bool()>& reached) {
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (!reached() && std::chrono::steady_clock::now() < give_up) {
      loop.restart();
      loop.run_one_for(20ms);
    }
    return reached();
  }
  asio::awaitable<void> work(std::atomic<bool>& go, int& seen) {
    seen = co_await worker.run([&go] {
      while (!go) std::this_thread::yield();
      return 7;
    });
    resumed = true;
    co_await worker.run([] {});
    went_on = true;
  }
  asio::io_context loop;
  Worker worker;
  TaskGroup tasks{loop.get_executor()};
  bool resumed = false;
  bool went_on = false;
};

TEST(Worker, GivesItsCallerWhatTheWorkReturned) {
  Bench bench;
  std::atomic<bool> go = true;
  int seen = 0;
  bench.tasks.spawn("work", bench.work(go, seen));
  EXPECT_TRUE(bench.until([&] { return bench.tasks.size() == 0; }));
  EXPECT_EQ(seen, 7);
  EXPECT_TRUE(bench.went_on);
}

TEST(Worker, ACancelledCallerWaitsForItsWorkAndStopsAtTheNextAwait) {
  Bench bench;
  std::atomic<bool> go = false;
  int seen = 0;
  bench.tasks.spawn("work", bench.work(go, seen));
  bench.loop.poll();
  asio::post(bench.loop, [&] { bench.tasks.cancel(); });
  bench.loop.restart();
  bench.loop.poll();
  EXPECT_EQ(bench.tasks.size(), 1U) << "the work still uses what its caller owns";
  go = true;
  EXPECT_TRUE(bench.until([&] { return bench.tasks.size() == 0; }));
  EXPECT_EQ(seen, 7);
  EXPECT_TRUE(bench.resumed);
  EXPECT_FALSE(bench.went_on);
}

// Under a sanitizer this fails when a cancellation can wait in the pool's queue for work that has ended.
TEST(Worker, ACancellationThatComesWithTheResultTouchesNothingThatIsGone) {
  Bench bench;
  TaskGroup others{bench.loop.get_executor()};
  std::atomic<bool> go = false;
  std::atomic<bool> go_others = false;
  int seen = 0;
  int ignored = 0;
  bench.tasks.spawn("work", bench.work(go, seen));
  bench.loop.poll();
  asio::post(bench.loop, [&] {
    go = true;  // its result is queued behind this handler
    const auto later = std::chrono::steady_clock::now() + 20ms;
    while (std::chrono::steady_clock::now() < later) std::this_thread::yield();
    others.spawn("other work", bench.work(go_others, ignored));  // keeps the pool busy
    bench.tasks.cancel();
  });
  EXPECT_TRUE(bench.until([&] { return bench.tasks.size() == 0; }));
  EXPECT_EQ(seen, 7);
  go_others = true;
  EXPECT_TRUE(bench.until([&] { return others.size() == 0; }));
}

}  // namespace
}  // namespace wardend

#include "base/signals.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "base/task_group.hpp"

namespace wardend {
namespace {

asio::awaitable<void> take(Signals& signals, std::vector<int>& taken, std::size_t wanted) {
  while (taken.size() < wanted) taken.push_back(co_await signals.next());
}

// The mask is the thread's, and the next test's too.
class SignalsOfAProcess : public ::testing::Test {
 protected:
  SignalsOfAProcess() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before); }
  ~SignalsOfAProcess() override { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  sigset_t before{};
  asio::io_context loop;
  TaskGroup tasks{loop.get_executor()};
  std::vector<int> taken;
};

TEST_F(SignalsOfAProcess, ComeOneByOneAndKillNobody) {
  Signals signals(loop, {SIGTERM, SIGHUP});
  tasks.spawn("take", take(signals, taken, 2));
  ::raise(SIGTERM);
  ::raise(SIGHUP);
  loop.run();
  EXPECT_EQ(taken, (std::vector<int>{SIGHUP, SIGTERM}));
}

TEST_F(SignalsOfAProcess, OneThatCameBeforeAnybodyWaitedIsNotLost) {
  Signals signals(loop, {SIGTERM});
  ::raise(SIGTERM);
  tasks.spawn("take", take(signals, taken, 1));
  loop.run();
  EXPECT_EQ(taken, std::vector<int>{SIGTERM});
}

TEST_F(SignalsOfAProcess, AWaitThatIsCancelledEnds) {
  Signals signals(loop, {SIGTERM});
  tasks.spawn("take", take(signals, taken, 1));
  loop.poll();
  tasks.cancel();
  loop.restart();
  loop.run();
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_TRUE(taken.empty());
}

TEST_F(SignalsOfAProcess, AWriteThatFailsKillsNobody) {
  const Signals signals(loop, {SIGTERM});
  for (const int ignored : {SIGPIPE, SIGXFSZ}) {
    struct sigaction now{};
    ASSERT_EQ(::sigaction(ignored, nullptr, &now), 0);
    EXPECT_EQ(now.sa_handler, SIG_IGN) << ignored;
  }
}

}  // namespace
}  // namespace wardend

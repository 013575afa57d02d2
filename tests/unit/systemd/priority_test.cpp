// The loop comes before what users run.
#include "systemd/priority.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/worker.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::systemd {
namespace {

int own_nice_value() { return ::getpriority(PRIO_PROCESS, 0); }

// What a worker sees that a raised thread has started.
int seen_by(Worker::Standing standing, test::VirtualClock& clock, asio::io_context& loop) {
  Worker worker(clock, "test", standing);
  auto job = worker.begin(loop.get_executor(), own_nice_value);
  loop.restart();
  loop.run_for(std::chrono::seconds(10));  // until it has told
  return job.take();
}

TEST(Priority, IsTheCallingThreadsAndThatOfThoseItStarts) {
  const int before = own_nice_value();
  bool raised = false;
  int own = 0;
  int inherited = 0;
  int ordinary = 0;
  std::thread loop_thread([&] {
    raised = come_before_users();
    own = own_nice_value();
    asio::io_context loop;
    test::VirtualClock clock(loop);
    inherited = seen_by(Worker::Standing::inherited, clock, loop);
    ordinary = seen_by(Worker::Standing::ordinary, clock, loop);
  });
  loop_thread.join();
  if (!raised) GTEST_SKIP() << "this process may not raise itself";
  EXPECT_EQ(own, -15);
  EXPECT_EQ(inherited, -15);
  EXPECT_EQ(ordinary, 0);
  EXPECT_EQ(own_nice_value(), before) << "no other thread's";
}

TEST(Priority, IsAskedForInVainWithoutTheLimit) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving up a right takes having it";
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    const bool dropped = ::setrlimit(RLIMIT_NICE, &none) == 0 && ::setgid(65534) == 0 && ::setuid(65534) == 0;
    ::_exit(dropped && !come_before_users() && own_nice_value() >= 0 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace wardend::systemd

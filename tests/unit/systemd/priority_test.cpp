// The loop comes before what users run.
#include "systemd/priority.hpp"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
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

// As the unit's SystemCallFilter= does it.
bool refuse_sched_setattr() {
  std::array<sock_filter, 4> filter = {{
      {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = offsetof(seccomp_data, nr)},
      {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 0, .jf = 1, .k = SYS_sched_setattr},
      {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ERRNO | EPERM},
      {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Priority, OfTheUnitIsEnough) {
  if (::geteuid() != 0) GTEST_SKIP() << "raising takes root";
  constexpr int may_not = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setpriority(PRIO_PROCESS, 0, -15) != 0) ::_exit(may_not);
    ::_exit(refuse_sched_setattr() && come_before_users() && own_nice_value() == -15 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == may_not) GTEST_SKIP() << "this process may not raise itself";
  EXPECT_EQ(status, 0);
}

TEST(Priority, IsAskedForInVainWithoutTheLimit) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving up a right takes having it";
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    const bool dropped = ::setrlimit(RLIMIT_NICE, &none) == 0 && ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const int before = own_nice_value();
    ::_exit(dropped && !come_before_users() && own_nice_value() == before ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace wardend::systemd

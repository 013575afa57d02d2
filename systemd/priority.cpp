#include "systemd/priority.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace wardend::systemd {
namespace {

constexpr int nice_value = -15;
// A thread with a short slice runs soon after it wakes. Kernels before 6.12 do not heed it.
constexpr std::chrono::nanoseconds slice = std::chrono::microseconds(100);

// As the kernel reads it; no header of Debian 12 has both this and <sched.h>.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

}  // namespace

bool come_before_users() {
  SchedulingAttributes wanted;
  wanted.nice = nice_value;
  wanted.runtime = static_cast<std::uint64_t>(slice.count());
  constexpr pid_t this_thread = 0;
  if (::syscall(SYS_sched_setattr, this_thread, &wanted, 0U) == 0) return true;
  // The unit's filter of system calls refuses that, and its Nice= has done the most of it.
  return ::getpriority(PRIO_PROCESS, 0) <= nice_value;
}

}  // namespace wardend::systemd

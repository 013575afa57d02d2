// What the process does to itself, each time in a process of its own: none of it can be undone.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "systemd/protection.hpp"
#include "tests/unit/systemd/own_process.hpp"

namespace wardend::systemd {
namespace {

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

long locked_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
  return -1;
}

// Without root a process may not lock more than this.
void limit_locked_memory() {
  const rlimit limit{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
  if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || (::geteuid() == 0 && ::seteuid(65534) != 0)) ::_exit(3);
}

TEST(Protection, LeavesNoCoreNoTracingAndNoNewPrivileges) {
  EXPECT_EQ(test::in_own_process([] {
              if (::prctl(PR_GET_DUMPABLE) != 1) return std::string("not dumpable to begin with");
              static_cast<void>(protect_process());
              rlimit core{};
              ::getrlimit(RLIMIT_CORE, &core);
              return "core " + std::to_string(core.rlim_cur) + " of " + std::to_string(core.rlim_max) + ", dumpable " +
                     std::to_string(::prctl(PR_GET_DUMPABLE)) + ", no new privileges " +
                     std::to_string(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
            }),
            "core 0 of 0, dumpable 0, no new privileges 1");
}

TEST(Protection, DoesNotLockMemoryUnderAFiniteLimitAndSaysWhatToDo) {
  EXPECT_EQ(test::in_own_process([] {
              limit_locked_memory();
              return joined(protect_process()) + std::to_string(locked_kilobytes()) + " kB";
            }),
            "memory is not locked and may be swapped: set LimitMEMLOCK=infinity in the unit\n0 kB");
}

// As in a container: root by number, and without the privilege.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool mlockall_is_a_sanitizers = true;
#else
constexpr bool mlockall_is_a_sanitizers = false;
#endif

void give_up_locking_memory() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0 || ::syscall(SYS_capget, &header, sets.data()) != 0) ::_exit(3);
  sets[0].effective &= ~(1U << CAP_IPC_LOCK);
  if (::syscall(SYS_capset, &header, sets.data()) != 0) ::_exit(3);
}

TEST(Protection, SaysWhenTheSystemRefusesToLockMemory) {
  if (mlockall_is_a_sanitizers) GTEST_SKIP() << "the sanitizers answer mlockall themselves";
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(test::in_own_process([] {
              give_up_locking_memory();
              return joined(protect_process());
            }),
            "memory is not locked and may be swapped, although the unit allows it: the system refuses (Operation not "
            "permitted), as a container does that lacks CAP_IPC_LOCK\n");
}

TEST(Protection, LocksMemoryWhereItMay) {
  if (mlockall_is_a_sanitizers) GTEST_SKIP() << "the sanitizers answer mlockall themselves";
  rlimit limit{};
  ::getrlimit(RLIMIT_MEMLOCK, &limit);
  if (::geteuid() != 0 && limit.rlim_cur != RLIM_INFINITY) GTEST_SKIP() << "needs root, or an infinite LimitMEMLOCK";
  EXPECT_EQ(test::in_own_process([] {
              const std::string missing = joined(protect_process());
              return missing + (locked_kilobytes() > 0 ? "locked" : "not locked");
            }),
            "locked");
}

TEST(Protection, RaisesTheLimitOfDescriptorsToWhatThereMayBe) {
  EXPECT_EQ(test::in_own_process([] {
              rlimit limit{};
              ::getrlimit(RLIMIT_NOFILE, &limit);
              const rlimit low{.rlim_cur = 64, .rlim_max = limit.rlim_max};
              ::setrlimit(RLIMIT_NOFILE, &low);
              const std::size_t allowed = allow_all_descriptors();
              ::getrlimit(RLIMIT_NOFILE, &limit);
              return std::string(limit.rlim_cur == limit.rlim_max ? "raised" : "left low") +
                     (allowed == limit.rlim_cur ? "" : ", and told otherwise");
            }),
            "raised");
}

}  // namespace
}  // namespace wardend::systemd

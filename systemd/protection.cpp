#include "systemd/protection.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wardend::systemd {
namespace {

// Under a finite limit a later allocation would fail once the limit is reached: better not begun.
bool may_lock_everything() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && (limit.rlim_cur == RLIM_INFINITY || ::geteuid() == 0);
}

std::string memory_not_locked() {
  if (!may_lock_everything()) return "memory is not locked and may be swapped: set LimitMEMLOCK=infinity in the unit";
  return "memory is not locked and may be swapped, although the unit allows it: the system refuses (" +
         std::string(std::strerror(errno)) + "), as a container does that lacks CAP_IPC_LOCK";
}

}  // namespace

std::vector<std::string> protect_process() {
  std::vector<std::string> missing;
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0)
    missing.emplace_back("core dumps could not be turned off: set LimitCORE=0 in the unit");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    missing.emplace_back("the process stays dumpable: other processes of its user can read its memory");
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!may_lock_everything() || ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    missing.emplace_back(memory_not_locked());
  return missing;
}

std::size_t allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace wardend::systemd

// What the process does to itself so that a secret in its memory stays there: no core dump, no ptrace by its own user,
// no swap, no new privileges.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace wardend::systemd {

// First thing in main. Returns a sentence for each protection that could not be had and what to do; none of them is a
// reason to stop. Spec: prctl(2) PR_SET_DUMPABLE, mlockall(2) MCL_ONFAULT, getrlimit(2) RLIMIT_CORE.
[[nodiscard]] std::vector<std::string> protect_process();

// Raises the soft limit of open descriptors to the hard one, and returns how many there may be. wardend never calls
// select(2), which could not take high numbers. Spec: getrlimit(2) RLIMIT_NOFILE.
std::size_t allow_all_descriptors();

}  // namespace wardend::systemd

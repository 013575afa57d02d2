// What a process takes, and how long wardend needs until it is ready.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace wardend::bench {

struct Memory {
  double resident_kib = 0;
  double own_kib = 0;  // private and dirty: what this process costs the machine
};
[[nodiscard]] Memory memory_of(pid_t pid);

// Microseconds of processor time that its threads have taken: what a busy machine does not change.
[[nodiscard]] double worked_microseconds(pid_t pid);

// Keeps every thread of `pid` on one processor. Where two processes meet decides more of a round trip than what they
// do, so that the two that are compared are placed alike.
void pin(pid_t pid, int processor);

// Starts `program` with `config` as a service manager would, and ends it again. Milliseconds until READY=1, each time.
[[nodiscard]] std::vector<double> starts(const std::string& program, const std::string& config, std::size_t times);

}  // namespace wardend::bench

// What the kernel says of this process, under the names that every Prometheus client uses.
#pragma once

#include <cstdint>

namespace wardend::ops {

struct ProcessStats {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;
  std::uint64_t open_fds = 0;
  double start_time_seconds = 0;  // Unix time
};

// Reads /proc/self; what cannot be read stays zero.
[[nodiscard]] ProcessStats read_process_stats();

}  // namespace wardend::ops

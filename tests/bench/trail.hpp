// What the audit trail costs, on this machine's disk and with its syncs.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace wardend::bench {

// GetToken of a daemon with its trail, in turn with one whose trail forgets what is written; medians of the rounds.
struct TrailShare {
  double audited_microseconds = 0, silent_microseconds = 0;
  double ratio = 0;  // how much of the silent one's pace is left
  double audited_rate = 0, silent_rate = 0;
  double rate_ratio = 0;
};
struct Effort {
  std::size_t rounds, calls_a_round, depth;
};
[[nodiscard]] TrailShare share_of_trail(int audited, const std::string& frame, pid_t audited_process, Effort effort);

// Entries a second from the loop to a disk that has confirmed them, and `wardctl audit verify` of a million.
void print_trail_costs();

}  // namespace wardend::bench

// What the audit trail costs, on this machine's disk and with its syncs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wardend::bench {

// From a record that the loop writes to a line that the disk has confirmed.
struct TrailPace {
  double entries_a_second = 0;
  double write_microseconds = 0;  // of the loop's own time, for each record
  double bytes = 0;               // of each line
};
[[nodiscard]] TrailPace pace_of_trail(std::size_t entries);

// `wardctl audit verify` of so many entries.
struct VerifyCost {
  double seconds = 0;
  double megabytes = 0;  // that were read
  bool intact = false;
};
[[nodiscard]] VerifyCost cost_of_verifying(std::uint64_t entries);

}  // namespace wardend::bench

// How often servers' documents are read again. A fleet of thousands reads the same server, and a statement may have
// megabytes: so about once a day, each workstation at a time of its own.
#pragma once

#include <array>

#include "base/clock.hpp"

namespace wardend::drift {

struct Pace {
  Duration day = 24h;           // between two looks; each wait is 80 to 120 % of what is written here
  Duration first_after = 1min;  // of a start, at the soonest; workstations start together in the morning
  Duration first_within = 4h;   // and at the latest, for a look that is due
  Duration again_after = 1h;    // a look that brought nothing; four times that after the next, a day at the most
  // What is new must be there each time: behind one address several machines may be in mid-upgrade.
  std::array<Duration, 3> confirmations = {30s, 10min, 10min};
  unsigned conditional_looks = 6;  // in a row: then an ETag is not believed once
};

// The daemon's. A test program brings a faster one (tests/integration/crash).
[[nodiscard]] Pace pace();

}  // namespace wardend::drift

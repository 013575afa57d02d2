// Moments that are shared: what is looked at now and then, and not at a moment of its own, is looked at at multiples of
// its span since the machine started. The service wakes once for all of it, and a processor sleeps on meanwhile. Not
// for what goes out to servers: a fleet would go in step.
#pragma once

#include "base/clock.hpp"

namespace wardend {

// The next of these moments after `now`: `span` away at most, and not now.
[[nodiscard]] constexpr BootTime next_beat(BootTime now, Duration span) {
  return now + span - now.time_since_epoch() % span;
}

}  // namespace wardend

#include "base/clock_watch.hpp"

#include <algorithm>

namespace wardend {

// Bounds that overlap are two readings of one difference, and narrow it.
Duration ClockWatch::moved(Bounds& known, Bounds now) {
  const Bounds before = known;
  known = now;
  if (now.low > before.high) return now.low - before.high;
  if (now.high < before.low) return now.high - before.low;
  known = {std::max(before.low, now.low), std::min(before.high, now.high)};
  return Duration::zero();
}

Duration ClockWatch::slept(const ClockReading& now) {
  return std::max(moved(asleep_, asleep_at(now)), Duration::zero());
}

Duration ClockWatch::wall_set(const ClockReading& now) { return moved(wall_, wall_at(now)); }

}  // namespace wardend

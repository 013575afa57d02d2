// How fast something may go on: so many at once, then so many a second. A pure account of time; whoever spends waits as
// long as it says.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"

namespace wardend {

struct PaceLimits {
  unsigned at_once = 1;
  Duration each{};            // the time that pays for one
  Duration shortest_pause{};  // a shorter one is made as long as this: a timer costs more than what it would hold up
  Duration longest_pause = 2s;
};

// The weight of what took that long, where the limits count nanoseconds; at most a second's.
[[nodiscard]] inline unsigned nanoseconds_of(std::chrono::nanoseconds spent) {
  constexpr std::chrono::nanoseconds most = 1s;
  return static_cast<unsigned>(std::min(spent, most).count());
}

class Pace {
 public:
  // Counts `weight`, and returns how long to wait before the next: 0, or from the shortest to the longest pause. Nobody
  // owes more than the longest.
  [[nodiscard]] Duration spend(BootTime now, unsigned weight, const PaceLimits& limits) {
    const Duration credit = limits.at_once * limits.each;
    paid_at_ = std::min(std::max(paid_at_, now) + weight * limits.each, now + credit + limits.longest_pause);
    const Duration owed = paid_at_ - now - credit;
    return owed > Duration(0) ? std::max(owed, limits.shortest_pause) : Duration(0);
  }
  // All is paid for: the account can go.
  [[nodiscard]] bool settled(BootTime now) const { return paid_at_ <= now; }

 private:
  BootTime paid_at_{};
};

}  // namespace wardend

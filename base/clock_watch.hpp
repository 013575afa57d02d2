// What the machine's clocks tell of each other: that it was asleep, that the wall clock was set. No two clocks can be
// read at one moment, so a difference is known between two bounds, and has changed only where the bounds leave no
// doubt: a process that is stopped between two readings is no sleep. Pure.
#pragma once

#include "base/clock.hpp"

namespace wardend {

// Read in this order.
struct ClockReading {
  Duration boot_before{};
  Duration monotonic{};
  Duration wall{};
  Duration boot_after{};
};

class ClockWatch {
 public:
  explicit ClockWatch(const ClockReading& first) : asleep_(asleep_at(first)), wall_(wall_at(first)) {}

  // How long the machine has slept since this was last asked; zero: it did not.
  [[nodiscard]] Duration slept(const ClockReading& now);
  // How far the wall clock was set since this was last asked; zero: by nothing that can be told.
  [[nodiscard]] Duration wall_set(const ClockReading& now);

 private:
  struct Bounds {
    Duration low{};
    Duration high{};
  };
  // CLOCK_BOOTTIME runs on while the machine sleeps, CLOCK_MONOTONIC stands still.
  static Bounds asleep_at(const ClockReading& at) {
    return {at.boot_before - at.monotonic, at.boot_after - at.monotonic};
  }
  static Bounds wall_at(const ClockReading& at) { return {at.wall - at.boot_after, at.wall - at.boot_before}; }
  static Duration moved(Bounds& known, Bounds now);

  Bounds asleep_;
  Bounds wall_;
};

}  // namespace wardend

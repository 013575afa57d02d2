// Moments that are shared: what is done now and then, and not at a moment of its own, is done at multiples of its span.
// The service wakes once for all of it, and a processor sleeps on meanwhile. The multiples are counted from a moment of
// this machine's own, so that a fleet that was switched on together does not ask its servers together.
#pragma once

#include <string_view>

#include "base/clock.hpp"

namespace wardend {

class Beat {
 public:
  // Counted from the machine's start.
  Beat() = default;
  // From up to a day before that, drawn from the machine's name.
  explicit Beat(std::string_view machine);

  // The next of these moments after `now`: `span` away at most, and not now.
  [[nodiscard]] constexpr BootTime next(BootTime now, Duration span) const {
    return now + span - (now.time_since_epoch() + before_start_) % span;
  }

 private:
  Duration before_start_{};
};

}  // namespace wardend

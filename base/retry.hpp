// How long to wait before something is tried again, and parts of a wait, so that workstations do not ask in step.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace wardend {

// Between 1 s and a ceiling that doubles from 2 s to 30 s; never less than `retry_after`. `failures` counts this one:
// 1 is the first. `jitter` in [0,1), drawn anew each time.
[[nodiscard]] Duration retry_delay(unsigned failures, double jitter, std::optional<std::chrono::seconds> retry_after);

// Multiplies `span` by `factor`: 0.5 gives half.
[[nodiscard]] Duration part_of(Duration span, double factor);

// A number in [0,1) that looks drawn at random and is the same for the same text.
[[nodiscard]] double part_drawn_from(std::string_view text);

}  // namespace wardend

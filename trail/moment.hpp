// Times as people write them, as the trail writes them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace wardend::trail {

// A time as an entry has it: 2026-11-29T19:31:22.123Z.
[[nodiscard]] std::string timestamp(WallTime at);

// "2h", "30m", "7d" (so long before `now`), "08:15" (today), "2026-11-29", "2026-11-29 08:15", with seconds if you
// like; local time, unless a Z ends it. Where a date has no time, the day's begin. nullopt: none of these.
[[nodiscard]] std::optional<WallTime> parse_moment(std::string_view text, WallTime now);

}  // namespace wardend::trail

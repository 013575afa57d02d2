// Times as people at this workstation read them: by its time zone.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace wardend::launch {

// "10:42" on the day of `now`, else "2026-11-28 10:42".
[[nodiscard]] std::string short_local_time(WallTime at, WallTime now);

// "2026-11-28 10:42:07 CET (+0100)"
[[nodiscard]] std::string full_local_time(WallTime at);

}  // namespace wardend::launch

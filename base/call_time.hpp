// How long whatever a call waits for may take, all together. One deadline is taken when the call begins and handed
// down: timeouts that each step chooses for itself add up.
#pragma once

#include "base/clock.hpp"

namespace wardend {

// Every call is answered within ten seconds; two are kept for what is not waiting.
inline constexpr Duration call_time = 8s;

}  // namespace wardend

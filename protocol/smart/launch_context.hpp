// The launch context as SMART servers send it, and what a refresh does to it. No I/O.
#pragma once

#include <string_view>

#include "base/launch_context.hpp"

namespace wardend::smart {

using wardend::LaunchContext;

// What a refresh does to the context that the launch set. Spec: SMART App Launch 2.2.0, refresh.
enum class ContextChange { same, other_patient, other_encounter, other_tenant };
// Members that the refresh left out count as unchanged.
[[nodiscard]] ContextChange compare_context(const LaunchContext& launched, const LaunchContext& refreshed);

}  // namespace wardend::smart

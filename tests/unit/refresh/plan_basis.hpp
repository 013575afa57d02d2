// What the tests of a plan begin with.
#pragma once

#include "daemon/refresh/plan.hpp"

namespace wardend::refresh {

using Phase = RefreshPlan::Phase;
using Kind = Outcome::Kind;

inline constexpr BootTime start{1h};

inline Basis tokens(BootTime obtained_at, Duration life) {
  return {.obtained_at = obtained_at, .expires_at = obtained_at + life, .refreshable = true};
}

inline RefreshPlan launched(Duration life) {
  return after({}, {.kind = Kind::launched}, tokens(start, life), start, 0.0);
}

}  // namespace wardend::refresh

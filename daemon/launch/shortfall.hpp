// Why a server granted less than was asked for, as far as its answer shows it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/smart/scope.hpp"

namespace wardend::launch {

// A sentence for support: what the answer shows, and what to do where that is known; empty: nothing to be seen.
// `granted`: nullopt: the answer names no scopes. `missing`: the wanted ones that it does not cover.
[[nodiscard]] std::string shortfall_cause(const smart::ScopeSet& requested,
                                          const std::optional<smart::ScopeSet>& granted,
                                          const std::vector<std::string>& missing);

}  // namespace wardend::launch

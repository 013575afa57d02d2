// What the audit trail means for others: for those who ask for something, and for the server that it goes to.
#pragma once

#include <algorithm>
#include <string_view>

#include "config/model.hpp"

namespace wardend::config {

// Whether nobody gets a token, and no launch begins, since the trail cannot be written. Clearing never asks.
[[nodiscard]] inline bool waits_for_trail(const Config& config, bool writable) {
  return !writable && config.audit.on_failure == OnFailure::refuse;
}

// Whether the server is there for the trail, and no app launches at it: nobody asks it for anything else then.
[[nodiscard]] inline bool is_for_the_trail_alone(const Config& config, std::string_view server) {
  return config.audit.forward_to == server &&
         std::ranges::none_of(config.apps, [&](const App& app) { return app.registration(server) != nullptr; });
}

}  // namespace wardend::config

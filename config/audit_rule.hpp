// What the audit trail's state means for those who ask for something.
#pragma once

#include "config/model.hpp"

namespace wardend::config {

// Whether nobody gets a token, and no launch begins, since the trail cannot be written. Clearing never asks.
[[nodiscard]] inline bool waits_for_trail(const Config& config, bool writable) {
  return !writable && config.audit.on_failure == OnFailure::refuse;
}

}  // namespace wardend::config

// The pace at which wardend-crash reads servers' documents again: the daemon's own, or with WARDEND_HURRY=1 a day of
// half a second.
#include <cstdlib>

#include "daemon/drift/pace.hpp"

namespace wardend::drift {

Pace pace() {
  if (std::getenv("WARDEND_HURRY") == nullptr) return {};  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return {.day = 500ms,
          .first_after = 100ms,
          .first_within = 200ms,
          .again_after = 100ms,
          .confirmations = {20ms, 50ms, 50ms}};
}

}  // namespace wardend::drift

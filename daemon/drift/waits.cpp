#include "daemon/drift/waits.hpp"

#include <algorithm>

#include "base/retry.hpp"

namespace wardend::drift {

Duration jittered(Duration span, Random& random) { return part_of(span, 0.8 + 0.4 * random.unit()); }

Duration first_wait(Duration due, const Pace& pace, Random& random) {
  const Duration spread = pace.first_after + part_of(pace.first_within - pace.first_after, random.unit());
  return std::clamp(due, spread, std::max(spread, part_of(pace.day, 1.2)));
}

Duration wait_after(unsigned failures, const Pace& pace) {
  Duration wait = pace.again_after;
  for (unsigned i = 1; i < failures && wait < pace.day; ++i) wait *= 4;
  return failures == 0 ? pace.day : std::min(wait, pace.day);
}

}  // namespace wardend::drift

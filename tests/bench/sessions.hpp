// What sessions cost, measured inside one process on the virtual clock: no launch, no socket.
#pragma once

#include <cstddef>
#include <vector>

namespace wardend::bench {

struct SessionCost {
  double heap_bytes = 0;        // of one session: tokens, context, its refresh in the plan, its prepared reply
  double add_microseconds = 0;  // to put one more into the store and the plan
};
[[nodiscard]] SessionCost cost_of_sessions(std::size_t sessions, std::size_t login_sessions);

// Clears with everything that belongs to them: the audit trail's lines (written beside the loop), the log, those who
// watch, and what the parking remembers of sessions that had a token.
struct ClearCost {
  std::vector<double> one_milliseconds;  // one login session of them, a value a run
  std::vector<double> all_milliseconds;  // all of them
};
[[nodiscard]] ClearCost cost_of_clearing(std::size_t sessions, std::size_t login_sessions, std::size_t runs);

}  // namespace wardend::bench

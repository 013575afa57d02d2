// What a session costs, measured inside one process on the virtual clock: no launch, no socket.
#pragma once

#include <cstddef>

namespace wardend::bench {

struct SessionCost {
  double heap_bytes = 0;        // of one session: tokens, context, its refresh in the plan, its prepared reply
  double add_microseconds = 0;  // to put one more into the store and the plan
  double clear_all_milliseconds = 0;
};
[[nodiscard]] SessionCost cost_of_sessions(std::size_t sessions, std::size_t login_sessions);

}  // namespace wardend::bench

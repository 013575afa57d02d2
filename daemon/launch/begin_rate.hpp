// How often a user may begin launches that come to nothing: each may cost the EHR a request.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>

#include "base/clock.hpp"

namespace wardend::launch {

class BeginRate {
 public:
  static constexpr std::size_t most = 30;
  static constexpr Duration within = 1min;

  // Counts one more beginning of this user; the time to wait when there were too many, and nothing is counted then.
  [[nodiscard]] std::optional<Duration> wait(uid_t uid, BootTime now);
  // A launch came to a session: one beginning fewer counts.
  void succeeded(uid_t uid);

 private:
  std::map<uid_t, std::deque<BootTime>> begun_;  // of the last minute
};

}  // namespace wardend::launch

// How often a user may begin launches that come to nothing: each may cost the EHR a request.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "daemon/launch/pending.hpp"

namespace wardend::launch {

class BeginRate {
 public:
  static constexpr std::size_t most = 30;  // of one user and origin
  static constexpr Duration within = 1min;

  // Takes one of the user's turns. How long to wait when there is none; nothing is taken then.
  [[nodiscard]] std::optional<Duration> take_turn(uid_t uid, Origin origin, BootTime now);
  // A launch came to a session: its turn is given back.
  void give_back(uid_t uid, Origin origin);

 private:
  std::map<std::pair<uid_t, Origin>, std::deque<BootTime>> taken_;  // within the last minute
};

}  // namespace wardend::launch

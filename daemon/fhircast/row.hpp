// One subscription as operators see it: for status, metrics and logs. Nothing of its topic or its address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace wardend::fhircast {

enum class SubscriptionState : std::uint8_t {
  connecting,  // the hub is being asked
  following,   // confirmed, and its socket lives
  waiting,     // lost or not reached: it is tried again
  stopped,     // refused: not before the next launch
  ended,       // nobody holds its topic any more
};
inline constexpr std::array<std::string_view, 5> subscription_state_names = {"connecting", "following", "waiting",
                                                                             "stopped", "ended"};
[[nodiscard]] constexpr std::string_view name_of(SubscriptionState state) {
  return subscription_state_names[static_cast<std::size_t>(state)];
}

struct SubscriptionRow {
  std::string server = {};
  SubscriptionState state = SubscriptionState::connecting;
  WallTime since = {};
  std::size_t sessions = 0;
  std::optional<bool> tells_of_locks =
      {};                    // whether the hub grants UserLogout and UserHibernate; nullopt: not asked yet
  std::string trouble = {};  // why it is not following, in a word; empty: none
};

}  // namespace wardend::fhircast

// One topic as operators see it: for status, metrics and logs. Nothing of the topic itself or of its address.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "daemon/fhircast/topic_state.hpp"

namespace wardend::fhircast {

// What name_of(TopicState) says while somebody holds the topic.
inline constexpr std::array<std::string_view, 4> held_topic_words = {"connecting", "following", "waiting", "stopped"};

struct TopicStatus {
  std::string server = {};
  TopicState state = TopicState::asking;
  WallTime since = {};
  std::size_t sessions = 0;
  std::optional<bool> tells_of_locks =
      {};                    // whether the hub grants UserLogout and UserHibernate; nullopt: not asked yet
  std::string trouble = {};  // why it is not following, in a word; empty: none
};

}  // namespace wardend::fhircast

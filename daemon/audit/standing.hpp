// Where the trail's chain goes on when wardend starts: from what the files say, what the ring remembers, and what the
// anchor says. What does not fit together is told as a gap. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/audit/line.hpp"
#include "trail/tail.hpp"

namespace wardend::audit {

struct Found {
  trail::Tail tail;                      // of the files
  std::optional<trail::Link> committed;  // of the ring; nullopt: it did not come back from a process before this one
  std::optional<trail::Link> anchor;     // of state_dir
  std::string boot;                      // this one
};

struct Standing {
  trail::Link link;
  std::size_t already = 0;  // of the ring's oldest records, those that are in the files
  std::vector<OwnEntry> gaps;
};

// The link after which the next entry comes. Its number is never less than any that was given before.
[[nodiscard]] Standing stand(const Found& found);

}  // namespace wardend::audit

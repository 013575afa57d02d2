// What became of entries that were sent to a receiver.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wardend::forwarding {

struct Delivery {
  std::size_t done = 0;  // so many of the oldest need not be sent again
  struct Refused {
    std::uint64_t sequence;
    std::string why;
  };
  std::vector<Refused> refused = {};                     // of the done ones: those that the receiver never takes
  std::string trouble = {};                              // why not all are done, with the next step; empty: they are
  std::optional<std::chrono::seconds> retry_after = {};  // as the receiver asked
  bool at_once = false;                                  // the next attempt is another one, and need not wait
};

}  // namespace wardend::forwarding

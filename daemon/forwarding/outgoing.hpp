// Entries of the trail on their way out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/forwarding/cursor.hpp"

namespace wardend::forwarding {

struct Outgoing {
  std::string line = {};  // as it stands in the trail, without its line end
  Cursor behind = {};     // where the receiver stands once it has this entry
};
using Entries = std::vector<Outgoing>;

// What is sent at once at most; one entry always is.
struct Most {
  std::size_t entries = 100;
  std::size_t bytes = 1024UL * 1024;
};

}  // namespace wardend::forwarding

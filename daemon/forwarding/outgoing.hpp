// Entries of the trail on their way out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/forwarding/cursor.hpp"

namespace wardend::forwarding {

// Faults of the trail between two entries that are sent one after the other.
struct Flaw {
  std::uint64_t missing = 0;  // entries that should be there, and are in no file
  std::uint64_t broken = 0;   // lines that are no entry, or were changed: they are left out
  bool unlinked = false;      // the entry does not follow from that one: the trail was rewritten
};

struct Outgoing {
  std::string line = {};  // as it stands in the trail, without its line end
  Cursor behind = {};     // where the receiver stands once it has this entry
  Flaw flaw = {};         // before it
};
using Entries = std::vector<Outgoing>;

// A batch has at most so much, and one entry at least.
struct Most {
  std::size_t entries = 100;
  std::size_t bytes = 1024UL * 1024;
};

}  // namespace wardend::forwarding

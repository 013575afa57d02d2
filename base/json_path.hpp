// Where a walk through JSON stands, as a fault's path says it: "entry[3].resource.subject". A walk that does not
// recurse keeps one frame for each list or object that it is in.
#pragma once

#include <iterator>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace wardend {

// `Frame` has `node`, the list or object, and `next`, behind the member that is being read; at the beginning: none is.
// A member's name is printable and 64 bytes long at most, the whole 256.
template <typename Frame>
[[nodiscard]] std::string json_path(const std::vector<Frame>& frames) {
  constexpr std::size_t longest_name = 64;
  constexpr std::size_t longest = 256;
  std::string path;
  for (const Frame& frame : frames) {
    if (frame.next == frame.node->begin()) break;
    const auto at = std::prev(frame.next);
    if (frame.node->is_array()) {
      path += "[" + std::to_string(at - frame.node->begin()) + "]";
    } else {
      if (!path.empty()) path += ".";
      path += printable(at.key(), longest_name);
    }
  }
  return printable(path, longest);
}

}  // namespace wardend

// How long the largest texts from outside take to parse and to free.
#pragma once

#include <cstddef>
#include <string>

namespace wardend::bench {

struct ParseCost {
  std::string shape;  // the one that takes longest
  double milliseconds = 0;
};
// The costliest of tests/support/json_shapes.hpp at that size, with the limits that every document has.
[[nodiscard]] ParseCost cost_of_parsing(std::size_t bytes);

}  // namespace wardend::bench

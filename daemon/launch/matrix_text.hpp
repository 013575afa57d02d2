// The launch matrix as the file in state_dir has it. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/launch/launch_matrix.hpp"

namespace wardend::launch {

inline constexpr std::size_t longest_matrix = 1024UL * 1024;  // bytes

// One line of JSON.
[[nodiscard]] std::string to_text(const LaunchCounts& counts);
// nullopt: not such a text, whole and with nothing strange in it.
[[nodiscard]] std::optional<LaunchCounts> read_matrix(std::string_view text);

}  // namespace wardend::launch

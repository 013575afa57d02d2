// How deep the keys of a TOML text go, before a parser builds a table for every level of them and takes them down again
// by recursion. Not a parser: whether the text is TOML is asked elsewhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace wardend::config {

// wardend.toml needs three.
inline constexpr std::size_t max_key_depth = 8;

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

// Where a dotted key or a header has its ninth part; nullopt: nowhere.
[[nodiscard]] std::optional<Position> too_deep(std::string_view text);

}  // namespace wardend::config

// How far a trail has been forwarded to one receiver: its last entry that is there, and where to read on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trail/link.hpp"

namespace wardend::forwarding {

struct Cursor {
  trail::Link link = {};  // number 0: nothing is there yet
  // Where the entry after it begins, as long as the file at the trail's path is that one. A hint that saves a search.
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
  bool operator==(const Cursor&) const = default;
};

inline constexpr std::size_t longest_cursor = 256;  // bytes, as text

// "NUMBER:HASH INODE OFFSET", with its line end.
[[nodiscard]] std::string to_text(const Cursor& cursor);
// nullopt: it is none.
[[nodiscard]] std::optional<Cursor> read_cursor(std::string_view text);

}  // namespace wardend::forwarding

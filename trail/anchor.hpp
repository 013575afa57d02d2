// Where the trail stood at some time, kept apart from it: in the broker's state_dir and in the journal. A trail that
// was rewritten whole, or shortened at its end, is whole by itself; its anchor tells.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "trail/link.hpp"

namespace wardend::trail {

// The anchor's file in a state_dir.
[[nodiscard]] std::filesystem::path anchor_in(const std::filesystem::path& state_dir);

// What is in an anchor's file. `error`: it is there, or may be there, and cannot be read.
struct FoundAnchor {
  std::optional<Link> link;
  std::string error;
};
// Blocks on the disk.
[[nodiscard]] FoundAnchor read_anchor(const std::filesystem::path& file);

// Puts `link` in place of what is in the file, whole. Blocks on the disk. The error is a phrase; empty: it is there.
[[nodiscard]] std::string write_anchor(const std::filesystem::path& file, const Link& link);

// "NUMBER:HASH", as the journal has it. nullopt: it is none.
[[nodiscard]] std::optional<Link> parse_anchor(std::string_view text);
[[nodiscard]] std::string to_text(const Link& anchor);

}  // namespace wardend::trail

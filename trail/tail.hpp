// The end of a trail on the disk: where its chain goes on after a restart. Blocks on the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trail/link.hpp"

namespace wardend::trail {

// The last entries of a trail, as far as they stand in one file.
struct Tail {
  struct Entry {
    Link link = {};
    std::string previous = {};  // the hash of the one before
    std::string kind = {};
    std::string action = {};  // of a gap
  };
  std::vector<Entry> entries;  // in order; lines that are no entries are left out
  std::string boot;            // of the last entry: the number of the boot in which it was made
  std::uint64_t first = 0;     // the number of the file's own first entry; 0: it has none
};

// How much of a file's end is read: more than what can wait for the disk.
inline constexpr std::size_t tail_bytes = 32UL * 1024 * 1024;

// The end of the trail at `file`: of that file, or, where it has no entry, of the youngest that was put aside. The last
// entry, and those before it whose number is `from` or more.
[[nodiscard]] Tail tail_of(const std::filesystem::path& file, std::uint64_t from);

}  // namespace wardend::trail

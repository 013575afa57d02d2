// A small text in state_dir, over restarts: read whole, replaced whole. Both may take as long as the disk takes, so a
// Worker calls them. Whoever keeps a text decides what a damaged one means.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace wardend {

struct KeptText {
  std::optional<std::string> text = {};
  std::string trouble = {};  // why it cannot be read; empty, as `text` is: there is no such file
};

// The text of a regular file; of a longer one than `longest` bytes, one byte more than that. Follows no link and waits
// for no pipe.
[[nodiscard]] KeptText read_kept_file(const std::filesystem::path& file, std::size_t longest);

// Replaces the file, in one step for whoever reads, and outlasting a power cut. Makes its folder where there is none.
// `mode`: who may read it, whatever the process's mask. Returns why not; empty: done.
[[nodiscard]] std::string replace_kept_file(const std::filesystem::path& file, const std::string& text,
                                            mode_t mode = 0640);

}  // namespace wardend

// state_dir/switched-off.json on the disk: read whole, replaced whole. It may take as long as the disk takes, so a
// Worker calls it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/switches.hpp"

namespace wardend::switches {

struct Found {
  config::Switches switches = {};
  std::string trouble = {};  // why it cannot be known what was switched off; empty: it is known
};

// What is switched off. No file: nothing is. Anything else than a readable file with a good text is trouble.
[[nodiscard]] Found read_switch_file(const std::filesystem::path& file);

// Replaces the file, in one step for whoever reads, and outlasting a power cut. Makes its folder where there is none.
// Returns why not; empty: done.
[[nodiscard]] std::string write_switch_file(const std::filesystem::path& file, const std::string& text);

}  // namespace wardend::switches

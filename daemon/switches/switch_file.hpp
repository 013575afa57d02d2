// state_dir/switched-off.json as it is on the disk (base/kept_file.hpp), and what it says. A Worker reads it.
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

}  // namespace wardend::switches

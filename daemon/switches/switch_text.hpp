// What is switched off, as the file in state_dir has it. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/switches.hpp"

namespace wardend::switches {

inline constexpr std::size_t longest_text = 1024UL * 1024;  // bytes

// One line of JSON. `all_off` has no form there: whoever writes names each app.
[[nodiscard]] std::string to_text(const config::Switches& switches);

// nullopt: not such a text, whole and with nothing strange in it.
[[nodiscard]] std::optional<config::Switches> read_switches(std::string_view text);

}  // namespace wardend::switches

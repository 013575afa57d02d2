// `wardend --check`: every finding in a configuration, for people or for a machine.
#pragma once

#include <string>

namespace wardend {

enum class CheckForm { text, json };

// Prints the findings of the main file and its drop-ins to standard output, a line each, and what they come to; as JSON
// one object. The exit code: 0 where it can be used, 78 where it cannot.
[[nodiscard]] int check_configuration(const std::string& file, CheckForm form);

}  // namespace wardend

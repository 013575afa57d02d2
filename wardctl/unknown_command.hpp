// A command that does not exist, found before the command line is parsed. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wardctl/completion.hpp"

namespace wardend::wardctl {

// What to say of the first word that stands where a command is expected and is none, with what was probably meant;
// nullopt: every such word is a command.
[[nodiscard]] std::optional<std::string> unknown_command(const CommandNode& root,
                                                         const std::vector<std::string>& words);

}  // namespace wardend::wardctl

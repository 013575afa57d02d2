// Completion scripts for shells, made from the command tree, so that they never fall behind it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wardctl/context.hpp"

namespace wardend::wardctl {

// The command tree without the library that parsed it.
struct CommandNode {
  struct Option {
    std::string name;  // "--json"
    std::string description;
    bool takes_value = false;
  };
  std::string name;
  std::string description;
  bool hidden = false;  // may be typed, and is shown nowhere
  std::vector<Option> options = {};
  std::vector<CommandNode> commands = {};
};

enum class Shell { bash, zsh, fish };
// bash where the name is none.
[[nodiscard]] Shell shell_named(std::string_view name);

// The completion script of one shell for the whole tree of commands.
[[nodiscard]] std::string completion_script(const CommandNode& root, Shell shell);

// Prints that script.
ExitCode run_completion(const Context& context, const CommandNode& root, Shell shell);

}  // namespace wardend::wardctl

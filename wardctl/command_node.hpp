// A parser's tree of commands as plain values, and the options that several commands have.
#pragma once

#include "wardctl/commands.hpp"
#include "wardctl/completion.hpp"

namespace CLI {
class App;
}

namespace wardend::wardctl {

// `app` and every command below it, with their options.
[[nodiscard]] CommandNode describe(const CLI::App& app);

// Adds to `command` the options of a Target; what is given is written to `target`, which must outlive the parser.
void add_target(CLI::App& command, TargetOptions& target);

}  // namespace wardend::wardctl

// wardctl's command line from its words to an exit code. The tree of commands stands in command_line.cpp, the only file
// that knows the library for it.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "wardctl/completion.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

struct StandardStreams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

// `words` without the program's name. Reads WARDEND_SOCKET and WARDEND_CONTROL.
[[nodiscard]] ExitCode run_command_line(std::vector<std::string> words, const StandardStreams& streams);

// The whole tree, for completion scripts and for tests.
[[nodiscard]] CommandNode command_tree();

}  // namespace wardend::wardctl

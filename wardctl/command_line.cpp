#include "wardctl/command_line.hpp"

#include <CLI/Error.hpp>
#include <algorithm>
#include <iostream>
#include <utility>

#include "wardctl/command_node.hpp"
#include "wardctl/line.hpp"
#include "wardctl/text.hpp"
#include "wardctl/unknown_command.hpp"

namespace wardend::wardctl {

CommandNode command_tree() {
  const Line line;
  return describe(line.app);
}

ExitCode run_command_line(std::vector<std::string> words, const StandardStreams& streams) {
  Line line;
  const CommandNode tree = describe(line.app);
  if (const auto unknown = unknown_command(tree, words)) {
    streams.err << "wardctl: " << printable(*unknown) << "\n  next: `wardctl --help` lists the commands\n";
    return ExitCode::usage;
  }
  std::ranges::reverse(words);  // the parser takes them from the end
  try {
    line.app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return line.app.exit(error, streams.out, streams.err) == 0 ? ExitCode::done : ExitCode::usage;
  }
  return line.run({.broker_socket = line.broker_socket,
                   .control_socket = line.control_socket,
                   .lock_socket = line.lock_socket,
                   .format = line.json ? Format::json : Format::text,
                   .in = streams.in,
                   .out = streams.out,
                   .err = streams.err});
}

}  // namespace wardend::wardctl

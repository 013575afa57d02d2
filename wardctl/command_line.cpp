#include "wardctl/command_line.hpp"

#include <CLI/Error.hpp>
#include <algorithm>
#include <iostream>
#include <utility>

#include "wardctl/command_node.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/line.hpp"
#include "wardctl/text.hpp"
#include "wardctl/unknown_command.hpp"

namespace wardend::wardctl {

namespace {

constexpr const char* list_of_commands = "`wardctl --help` lists the commands";

// Wrong usage as an object, where the words ask for JSON.
ExitCode misused(const StandardStreams& streams, const std::string& cause) {
  const Context context{.broker_socket = {},
                        .control_socket = {},
                        .format = Format::json,
                        .in = streams.in,
                        .out = streams.out,
                        .err = streams.err};
  return refuse(context, {"WrongUsage", cause, list_of_commands, ExitCode::usage});
}

}  // namespace

CommandNode command_tree() {
  const Line line;
  return describe(line.app);
}

ExitCode run_command_line(std::vector<std::string> words, const StandardStreams& streams) {
  Line line;
  const bool json = std::ranges::find(words, "--json") != words.end();
  if (const auto unknown = unknown_command(describe(line.app), words)) {
    if (json) return misused(streams, *unknown);
    streams.err << "wardctl: " << printable(*unknown) << "\n  next: " << list_of_commands << '\n';
    return ExitCode::usage;
  }
  std::ranges::reverse(words);  // the parser takes them from the end
  try {
    line.app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    if (json && error.get_exit_code() != 0) return misused(streams, error.what());
    return line.app.exit(error, streams.out, streams.err) == 0 ? ExitCode::done : ExitCode::usage;
  }
  return line.run({.broker_socket = line.broker_socket,
                   .control_socket = line.control_socket,
                   .lock_socket = line.lock_socket,
                   .fhir_socket = line.fhir_socket,
                   .format = line.json ? Format::json : Format::text,
                   .in = streams.in,
                   .out = streams.out,
                   .err = streams.err});
}

}  // namespace wardend::wardctl

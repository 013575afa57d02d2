// wardctl check FILE: what `wardend --check` says about a configuration file. It needs no running broker.
#include <ostream>
#include <string>
#include <vector>

#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/process.hpp"

namespace wardend::wardctl {

ExitCode run_check(const Context& context, const std::string& file) {
  const auto wardend = sibling_program("wardend");
  std::vector<std::string> words = {wardend, "--check", "--config", file};
  if (context.format == Format::json) words.emplace_back("--json");
  const auto checked = run_program(words, Streams::inherit);
  if (!checked.started || checked.exit_code == 127)
    return refuse(context, {"NotSupported", "the program wardend, which checks the file, cannot be started",
                            "install it beside wardctl or in PATH", ExitCode::refused});
  if (checked.exit_code == 0) return ExitCode::done;
  return refuse(context, {"ConfigInvalid", "the file cannot be used as it is",
                          "correct what is named above, then `wardctl reload`", ExitCode::refused});
}

}  // namespace wardend::wardctl

// Results that a person keeps: a file that was not there before.
#pragma once

#include <string>

#include "wardctl/context.hpp"

namespace wardend::wardctl {

// Writes a new file that only its owner reads. Says on standard error why it cannot be made or filled; a file of that
// name stays as it is. Not the exit code of a refusal: what the file was to say is another thing.
[[nodiscard]] ExitCode write_new_file(const Context& context, const std::string& path, const std::string& text);

}  // namespace wardend::wardctl

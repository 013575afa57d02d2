// The program behind the command line.
#pragma once

#include "tests/sandbox/options.hpp"

namespace wardend::sandbox {

// Serves until SIGINT or SIGTERM. The exit code: 0, or 1 after a sentence on standard error.
[[nodiscard]] int run(Options options);

}  // namespace wardend::sandbox

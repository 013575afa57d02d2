// What `wardend` does with its arguments: run, check the configuration, compare an app with saved
// documents, or tell its version.
#pragma once

#include <string>
#include <vector>

namespace wardend {

// The whole program after main has protected the process. `warnings` are logged once there is a log. Returns the exit
// code: 0, 1 (cannot run, or the app is not ready), 2 (usage), 66 (the documents cannot be read) or 78 (the
// configuration has errors).
[[nodiscard]] int run_command_line(int argc, char** argv, const std::vector<std::string>& warnings);

}  // namespace wardend

// `wardend --scopes`: every scope of an app with its approval and what it really covers, from the configuration alone.
// `wardctl scopes` is the command for people.
#pragma once

#include <string>

namespace wardend {

// Prints one JSON object. Returns 0, 2 (no such app) or 78 (the configuration has errors, or it cannot be read), and
// says why on standard error.
[[nodiscard]] int review_scopes(const std::string& configuration_file, const std::string& app);

}  // namespace wardend

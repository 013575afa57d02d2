// `wardend --stage`: the configuration in which `wardctl rehearse` plays, made from the site's own files.
#pragma once

#include <string>

#include "config/stage.hpp"

namespace wardend {

// Prints one JSON object: the app as far as a rehearsal must know it, the configuration as TOML, and what differs from
// the site's files. Returns 0, 2 (no such app and server; which is meant) or 78 (the configuration has errors), and
// says why on standard error. An empty server is the app's only one.
[[nodiscard]] int print_stage(const std::string& configuration_file, config::Cast cast, const config::Stage& stage);

}  // namespace wardend

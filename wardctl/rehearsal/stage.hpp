// Sets the stage of a rehearsal, or of a developer's app: a sandbox and a wardend of their own, in one folder.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "wardctl/explain.hpp"
#include "wardctl/rehearsal/subject.hpp"

namespace wardend::wardctl {

struct StageOptions {
  std::string app;
  std::string server;  // empty: the app's only one
  std::string config;
  std::string like;  // a profile of the sandbox; empty: as it is
};

struct Stage {
  Subject subject = {};
  std::filesystem::path folder = {};
  std::string sandbox = {};  // its address
  std::uint16_t loopback_port = 0;
};

// Why there is no stage.
struct StageFault {
  std::string name;
  std::string cause;
  std::string next;
  ExitCode exit_code = ExitCode::refused;
};

// Starts the sandbox, asks the program wardend for the configuration, and starts wardend with it. Both programs die
// with the calling process, and write nothing outside of `folder`.
[[nodiscard]] std::expected<Stage, StageFault> set_stage(const StageOptions& options,
                                                         const std::filesystem::path& folder);

}  // namespace wardend::wardctl

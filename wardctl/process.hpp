// Starting other programs without a shell: the browser, and wardend itself for what needs a configuration file and no
// service.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace wardend::wardctl {

// Where its standard input, output and error go.
enum class Streams { inherit, discard };

// Starts arguments[0] (looked up in PATH when it has no slash) and waits for its end, at most `patience` when given.
// Returns its exit code, 128 + the signal's number, or nullopt when it cannot be started or still runs: it is left
// running then.
struct Ended {
  bool started = false;
  std::optional<int> exit_code = {};
};
[[nodiscard]] Ended run_program(const std::vector<std::string>& arguments, Streams streams,
                                std::optional<std::chrono::milliseconds> patience = std::nullopt);

// The same; what the program prints on standard output, and with Errors::captured on standard error, stands in
// `output`, cut at `most_bytes`. Without `patience` it waits without end; with it a program that takes longer is
// killed.
enum class Errors { inherit, captured };
struct Captured {
  Ended ended = {};
  std::string output = {};
};
[[nodiscard]] Captured capture_program(const std::vector<std::string>& arguments, std::size_t most_bytes,
                                       Errors errors = Errors::inherit,
                                       std::optional<std::chrono::milliseconds> patience = std::nullopt);

// The program `name` beside this one, or else `name` itself, to be found in PATH.
[[nodiscard]] std::string sibling_program(const std::string& name);

}  // namespace wardend::wardctl

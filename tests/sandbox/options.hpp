// The command line of wardend-sandbox.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "tests/sandbox/certificate.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

struct Options {
  std::uint16_t port = 0;
  Settings settings = {};
  std::optional<CertificateFiles> tls = {};
  std::string profile = {};  // empty: the sandbox itself
};

// The error is the exit code, after what there was to say was printed: 0 for --help, 2 for a mistake.
[[nodiscard]] std::expected<Options, int> parse_options(int argc, char** argv);

}  // namespace wardend::sandbox

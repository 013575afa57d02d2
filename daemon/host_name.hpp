// What this machine is called.
#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace wardend {

// This machine's own name; empty: it has none.
[[nodiscard]] inline std::string host_name() {
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? std::string(host.data()) : std::string();
}

// What an EHR may show of this workstation to its users.
[[nodiscard]] inline std::string subscriber_name() {
  const std::string host = host_name();
  return host.empty() ? "wardend" : "wardend on " + host;
}

}  // namespace wardend

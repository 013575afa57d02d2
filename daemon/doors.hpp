// The listening sockets, before anything else is built: passed by systemd, or made here where it passed none.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "config/model.hpp"
#include "systemd/passed_sockets.hpp"

namespace wardend {

struct Doors {
  FileDescriptor broker;
  FileDescriptor control;
  std::vector<int> loopback = {};  // TCP, 127.0.0.1 and ::1; owned by whoever takes them
  std::vector<int> metrics = {};   // empty: not wanted
  std::uint16_t loopback_port = 0;
};

// The error is a sentence that names the socket and what to do.
[[nodiscard]] std::expected<Doors, std::string> open_doors(const config::Broker& config,
                                                           systemd::PassedSockets& passed);

}  // namespace wardend

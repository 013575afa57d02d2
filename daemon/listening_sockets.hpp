// The listening sockets, before anything else is built: passed by systemd, or made here where it passed none.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "config/model.hpp"
#include "systemd/passed_sockets.hpp"

namespace wardend {

struct ListeningSockets {
  FileDescriptor broker;
  FileDescriptor control;
  FileDescriptor lock = {};        // not valid: not wanted, or it could not be had
  FileDescriptor fhir = {};        // the same
  std::vector<int> loopback = {};  // TCP, 127.0.0.1 and ::1; owned by whoever takes them
  std::vector<int> metrics = {};   // empty: not wanted
  std::uint16_t loopback_port = 0;
  std::vector<std::string> differences = {};  // sentences: what systemd passed is not what the configuration says
  std::string no_fhir_socket = {};            // why `fhir` could not be had, and what to do: a sentence for the log
  std::string no_lock_socket = {};            // why `lock` could not be had, and what to do: a sentence for the log
};

// Takes the passed sockets by name and makes those that are missing. The error is a sentence that names the socket and
// what to do: end the program with it. Only the lock socket is gone without where the configuration does not name it,
// since `wardctl lock` reaches the control socket as well.
[[nodiscard]] std::expected<ListeningSockets, std::string> open_listening_sockets(const config::Config& config,
                                                                                  systemd::PassedSockets& passed);

}  // namespace wardend

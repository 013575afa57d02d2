// The sockets that systemd made before this process began, by the name that their unit gives them. It holds them from
// boot, so that nobody else can take their place, and through every restart. Spec: sd_listen_fds_with_names(3).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::systemd {

class PassedSockets {
 public:
  // Takes what the manager passed; once a process. They are closed on exec. Names come from FileDescriptorName=.
  [[nodiscard]] static PassedSockets take();

  // Whether a socket of `name` is there, claimed or not.
  [[nodiscard]] bool has(std::string_view name) const;
  // All sockets of `name` (one for each ListenStream= line); they are the caller's from now on.
  [[nodiscard]] std::vector<FileDescriptor> claim(std::string_view name);
  // Names that nobody claimed: a socket unit that this version does not know.
  [[nodiscard]] std::vector<std::string> unclaimed() const;

 private:
  std::vector<std::pair<std::string, FileDescriptor>> sockets_;
};

}  // namespace wardend::systemd

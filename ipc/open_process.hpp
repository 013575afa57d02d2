// A process that has connected, open: whether it still runs, and what /proc says of it. Several connections of one
// process may share it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace wardend::ipc {

class OpenProcess {
 public:
  // The process that connected `socket`, whose number and user the kernel recorded. nullptr: it is gone, or cannot be
  // told for sure. `birth`, unless empty, is what birth() of that process said before. Where the kernel has no
  // SO_PEERPIDFD (before 6.5) a process number that was given to another process of the same user before this is not
  // noticed.
  [[nodiscard]] static std::shared_ptr<const OpenProcess> of_peer(int socket, pid_t pid, uid_t uid,
                                                                  const std::string& birth);

  [[nodiscard]] pid_t pid() const { return pid_; }
  // One system call.
  [[nodiscard]] bool runs() const;
  // With the number it names one process until the next boot. Read when it is asked for first.
  [[nodiscard]] const std::string& birth() const;
  // Whether birth() was read already.
  [[nodiscard]] bool has_birth() const { return birth_.has_value(); }
  // The file of that name below /proc/PID; empty when it cannot be read, or when the process has ended meanwhile.
  [[nodiscard]] std::string read(std::string_view name) const;

 private:
  OpenProcess(pid_t pid, FileDescriptor descriptor) : pid_(pid), descriptor_(std::move(descriptor)) {}

  pid_t pid_;
  FileDescriptor descriptor_;
  mutable std::optional<std::string> birth_;
};

}  // namespace wardend::ipc

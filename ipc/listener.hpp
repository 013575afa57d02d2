// Makes listening Unix sockets, for when systemd did not pass one.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"

namespace wardend::ipc {

struct SocketFile {
  mode_t mode = 0600;
  std::optional<gid_t> group = {};  // left as it is where this process may not change it
  // How many may wait to be let in. Whoever connects waits behind all of them, and each costs the loop some ten
  // microseconds: what a flood keeps full has to be short. Who does not wait in connect() gets EAGAIN when it is full.
  int backlog = 32;
};

// Binds `path` with that mode and group, and listens. A socket file that is there already is replaced only when
// nobody answers on it; "another wardend is running" and how to end it when somebody does; anything else at that path
// is left alone. The error is a sentence for the operator. Blocks for no longer than a look at the file system.
[[nodiscard]] std::expected<FileDescriptor, std::string> listen_at(const std::filesystem::path& path,
                                                                   const SocketFile& file);

}  // namespace wardend::ipc

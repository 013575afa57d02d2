// A Unix stream socket with deadlines: connects, sends all of it, receives some of it. It knows bytes, not frames.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "ipc/client/wardend/failure.hpp"

namespace wardend::client {

// When to give up; none means never.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

class StreamSocket {
 public:
  StreamSocket() = default;
  // Takes over a connected socket, and makes it non-blocking.
  explicit StreamSocket(FileDescriptor connected);

  // Fails with unreachable (no such socket, nobody listens, the path is too long), not_permitted or timed_out.
  [[nodiscard]] static Outcome<StreamSocket> connect(const std::string& path, Deadline deadline);

  // Fails with closed or timed_out. What was sent of `bytes` before that is unknown.
  [[nodiscard]] Outcome<void> send_all(std::string_view bytes, Deadline deadline);

  // Waits until something has arrived and appends it to `bytes`, at most 64 KiB at once. Whatever `bytes` outgrows is
  // wiped: it may be a token. Fails with closed or timed_out.
  [[nodiscard]] Outcome<void> receive_some(std::string& bytes, Deadline deadline);

  [[nodiscard]] bool open() const { return fd_.valid(); }
  void close() { fd_.reset(); }

 private:
  FileDescriptor fd_;
};

}  // namespace wardend::client

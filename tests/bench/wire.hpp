// Raw NUL-framed exchanges over a Unix socket, so that a broker and an echo are asked in exactly the same way: nothing
// is parsed, only the NULs are counted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::bench {

// Throws std::runtime_error when nobody listens there.
[[nodiscard]] FileDescriptor connect(const std::string& path);

// One call after the other. The microseconds of each.
[[nodiscard]] std::vector<double> round_trips(int fd, const std::string& frame, std::size_t calls);

// Each call on a connection of its own, by `workers` threads at a time, `calls` of each. The microseconds of each call,
// from before it connects to its answer.
[[nodiscard]] std::vector<double> new_connection_calls(const std::string& path, const std::string& frame,
                                                       std::size_t calls, std::size_t workers);

// `depth` calls are under way at any time. Calls a second.
[[nodiscard]] double pipelined(int fd, const std::string& frame, std::size_t calls, std::size_t depth);

// The frame that answers `frame`, its NUL included.
[[nodiscard]] std::string reply_to(int fd, const std::string& frame);

// A process of its own with one epoll loop that answers every frame with `reply_bytes` bytes and a send of
// its own. Ends with the object.
class Echo {
 public:
  Echo(const std::string& path, std::size_t reply_bytes);
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  ~Echo();
  [[nodiscard]] int pid() const { return pid_; }

 private:
  int pid_;
};

// Value at `percent` of the sorted samples.
[[nodiscard]] double percentile(std::vector<double> samples, std::size_t percent);

}  // namespace wardend::bench

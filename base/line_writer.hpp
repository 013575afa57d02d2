// Lines to a descriptor that may be a pipe or a terminal whose other side does not read: never waits, counts what it
// had to drop, and says so in the next line that goes through. A descriptor that is a regular file is written to
// plainly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace wardend {

class LineWriter {
 public:
  // `fd` stays the caller's and must stay open; its flags, which it shares with other processes, stay as they are.
  explicit LineWriter(int fd);

  // Writes `line` and a line end, what is longer than `longest` cut off; or drops it.
  void write(std::string_view line);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  static constexpr std::size_t longest = 4096;  // PIPE_BUF: a pipe takes all of it or nothing

 private:
  enum class Kind { waits, never_waits, socket };
  [[nodiscard]] bool put(const std::string& text) const;

  FileDescriptor own_;  // the same pipe or terminal opened once more, with a flag of its own not to wait
  int fd_;
  Kind kind_;
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;  // of these
};

}  // namespace wardend

// What changes in folders and files, told by the kernel, awaited on the loop. Not for file systems whose changes the
// kernel does not see (network shares). Spec: inotify(7).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace wardend::systemd {

class Inotify {
 public:
  explicit Inotify(asio::io_context& loop);

  // The number of the watch on `path`; the same one for a path that has one already. Negative: -ENOSPC when there are
  // too many (fs.inotify.max_user_watches), -ENOENT, -EACCES.
  [[nodiscard]] int add(const std::filesystem::path& path, std::uint32_t mask);
  // Nothing for a watch that has ended by itself.
  void remove(int watch);

  struct Change {
    int watch = -1;
    std::uint32_t mask = 0;  // IN_Q_OVERFLOW, without a watch: some were lost, look at everything again
    std::string name = {};   // of what is in a watched folder
  };
  // Waits for the next changes. One caller at a time.
  [[nodiscard]] asio::awaitable<std::vector<Change>> next();

 private:
  asio::posix::stream_descriptor descriptor_;
};

}  // namespace wardend::systemd

// The processes that connected a moment ago, kept open: one that connects for each call is opened once. Few, and only
// for as long as they come again.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "ipc/open_process.hpp"

namespace wardend::ipc {

// For the connections of one listening socket, in the order in which they were made. Then a number names one process:
// whoever connects with the number of a process that connected before and still runs is that process.
class RecentProcesses {
 public:
  static constexpr std::size_t most = 16;

  // The process with that number that connected before; nullptr when there is none, or when it has ended. Never for a
  // connection that was accepted before another: its process may have been an older one of the same number.
  [[nodiscard]] std::shared_ptr<const OpenProcess> find(pid_t pid);
  void keep(std::shared_ptr<const OpenProcess> process);
  // Closes those that nobody asked for since the last time.
  void forget_unused();
  [[nodiscard]] bool empty() const { return kept_.empty(); }

 private:
  struct Kept {
    std::shared_ptr<const OpenProcess> process;
    bool used = true;
  };
  std::vector<Kept> kept_;  // the one that was kept last comes last
};

}  // namespace wardend::ipc

// The memory of what servers declare, kept in state_dir/capabilities.json. A file that is damaged or cannot be read
// costs what was known, and a line in the journal: the servers' documents are read anew.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "daemon/drift/memory.hpp"

namespace wardend::drift {

class MemoryFile {
 public:
  // How long the disk may take.
  static constexpr Duration patience = 2s;

  MemoryFile(Worker& files, std::filesystem::path file) : files_(files), file_(std::move(file)) {}

  // What the process before this one knew. Once, before anything else is called.
  [[nodiscard]] asio::awaitable<void> read();
  // Writes what is known; what the disk does not take is told once, and written with the next change.
  [[nodiscard]] asio::awaitable<void> save();

  // Of a server that was never read it is empty. A reference stays good.
  [[nodiscard]] ServerMemory& of(const std::string& server) { return memory_[server]; }
  [[nodiscard]] const Memory& all() const { return memory_; }

 private:
  Worker& files_;
  std::filesystem::path file_;
  Memory memory_;
  bool told_ = false;
};

}  // namespace wardend::drift

// Keeps the lock history over restarts: a few numbers in state_dir/locks.json, read and written beside the loop. A file
// that cannot be read or written, or a disk that does not answer, costs a warning about silent screen lockers, and
// nothing else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "daemon/workstation/lock_log.hpp"

namespace wardend::workstation {

class LockFile {
 public:
  // How long the disk may take for a few bytes.
  static constexpr Duration patience = 500ms;

  LockFile(Clock& clock, Worker& files, workstation::LockLog& locks, const std::filesystem::path& state_dir);

  // Reads what is there, then writes whenever the history is another, until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // Writes it if it is another than the file's. Takes `patience` at most; a disk that hangs is asked again at the next
  // change.
  [[nodiscard]] asio::awaitable<void> save();

 private:
  [[nodiscard]] asio::awaitable<void> read();

  Clock& clock_;
  Worker& files_;
  workstation::LockLog& locks_;
  std::filesystem::path file_;
  workstation::LockHistory written_;
  bool told_ = false;
};

}  // namespace wardend::workstation

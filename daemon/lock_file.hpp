// Keeps the lock history over restarts: a few numbers in state_dir/locks.json, written on the worker pool. A file that
// cannot be read or written costs a warning about silent screen lockers, and nothing else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "daemon/session/lock_log.hpp"

namespace wardend {

class LockFile {
 public:
  // Reads what is there: before the loop runs, as files may block.
  LockFile(Clock& clock, Worker& worker, session::LockLog& locks, const std::filesystem::path& state_dir);

  // Writes whenever the history is another, until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // Writes it if it is another than the file's.
  [[nodiscard]] asio::awaitable<void> save();

 private:
  Clock& clock_;
  Worker& worker_;
  session::LockLog& locks_;
  std::filesystem::path file_;
  session::LockHistory written_;
  bool told_ = false;  // that it cannot be written
};

}  // namespace wardend

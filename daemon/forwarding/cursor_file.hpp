// A cursor, kept in state_dir. One that is damaged or cannot be read means that everything is sent again, and a line in
// the journal.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "base/worker.hpp"
#include "daemon/forwarding/cursor.hpp"

namespace wardend::forwarding {

class CursorFile {
 public:
  CursorFile(Worker& disk, std::filesystem::path file) : disk_(disk), file_(std::move(file)) {}

  // Reads the kept cursor. Without a file it stands before the trail's first entry.
  [[nodiscard]] asio::awaitable<Cursor> read();
  // What the disk does not take is told once.
  [[nodiscard]] asio::awaitable<void> save(Cursor cursor);

 private:
  Worker& disk_;
  std::filesystem::path file_;
  bool told_ = false;
};

}  // namespace wardend::forwarding

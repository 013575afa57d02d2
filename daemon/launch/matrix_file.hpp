// Keeps the launch matrix over restarts, in state_dir/launches.json. A file that is damaged or cannot be read costs
// what was counted, and a line in the journal: counting begins anew.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "daemon/launch/launch_matrix.hpp"

namespace wardend::launch {

class MatrixFile {
 public:
  // How long the disk may take; and how long launches are gathered before they are written.
  static constexpr Duration patience = 500ms;
  static constexpr Duration gathering = 5s;

  MatrixFile(Clock& clock, Worker& files, LaunchMatrix& matrix, std::filesystem::path file)
      : clock_(clock), files_(files), matrix_(matrix), file_(std::move(file)) {}

  // Reads what is there, then writes after each change, until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // Writes what the file does not have. Takes `patience` at most.
  [[nodiscard]] asio::awaitable<void> save();
  // Why the next restart would forget what is counted; empty: it would not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] asio::awaitable<void> read();

  Clock& clock_;
  Worker& files_;
  LaunchMatrix& matrix_;
  std::filesystem::path file_;
  LaunchCounts written_;
  bool was_read_ = false;
  std::string trouble_;
};

}  // namespace wardend::launch

// The metrics as a file for the textfile collector of Prometheus' node_exporter, where one is named: for a site whose
// Prometheus asks the machine and not each of its services. Another program reads it at any moment, so it is replaced
// in one step, and everybody may read it. It is removed when wardend stops: what is left behind would claim that
// wardend is ready.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "base/beat.hpp"
#include "base/clock.hpp"
#include "base/worker.hpp"

namespace wardend::ops {

namespace asio = boost::asio;

class MetricsFile {
 public:
  // How long the disk may take; how old the text gets while nothing happens; and how often it is written at most.
  static constexpr Duration patience = 500ms;
  static constexpr Duration at_least_each = 60s;
  static constexpr Duration at_most_each = 5s;

  // `text` makes it and is called on the loop. An empty `file`: none is written.
  MetricsFile(Clock& clock, Worker& files, std::filesystem::path file, std::function<std::string()> text,
              Beat beat = {})
      : clock_(clock), files_(files), file_(std::move(file)), text_(std::move(text)), beat_(beat) {}

  // Writes at once, a little after stir(), and once a minute. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // Something happened that nobody should hear of a minute late.
  void stir() { stirred_.notify_all(); }
  // Removes the file, once run() has ended. Takes `patience` at most.
  [[nodiscard]] asio::awaitable<void> remove();
  // Why the file is not as it should be; empty: it is.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] asio::awaitable<void> write();

  Clock& clock_;
  Worker& files_;
  std::filesystem::path file_;
  std::function<std::string()> text_;
  Beat beat_;
  Event stirred_;
  std::string trouble_;
};

// Replaces `file` in one step, readable by everybody (mode 0644). Its folder must be there. Not for what must outlast a
// power cut: see base/kept_file.hpp. Returns why not; empty: done.
[[nodiscard]] std::string replace_public_file(const std::filesystem::path& file, const std::string& text);

}  // namespace wardend::ops

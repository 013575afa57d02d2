// The audit trail as JSON lines in a file, append only. Records are queued and written by the worker pool with
// fdatasync; nobody waits for that. A file that was rotated or removed is opened anew.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "base/worker.hpp"

namespace wardend::audit {

// One record as one line of JSON, line end included. `sequence` counts the records of this process: a gap
// is a record that was dropped because the queue was full.
[[nodiscard]] std::string to_line(const AuditRecord& record, WallTime at, std::uint64_t sequence);

class FileSink final : public AuditSink {
 public:
  static constexpr std::size_t max_queued_bytes = 8 * 1024 * 1024;

  FileSink(asio::any_io_executor executor, Clock& clock, Worker& worker, std::string path);

  void write(AuditRecord record) override;
  // False after a failed write, until one succeeds, and while the queue is full.
  [[nodiscard]] bool writable() const override { return failure_.empty() && queued_bytes() < max_queued_bytes; }
  [[nodiscard]] const std::string& trouble() const { return failure_; }

  // Opens the file once, synchronously: at start. Empty: fine; else a sentence that says what to do.
  [[nodiscard]] std::string open_now();
  // Writes what is queued and stops.
  [[nodiscard]] asio::awaitable<void> shut_down();

  struct Counters {
    std::map<std::string, std::uint64_t> entries;  // by kind
    std::uint64_t failures = 0;
    std::uint64_t backlog = 0;  // records not yet on disk
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  // A record as it came: it becomes a line beside the loop, so that a clear does not wait for that.
  struct Entry {
    AuditRecord record;
    WallTime at;
    std::uint64_t sequence;
  };
  struct Batch;
  [[nodiscard]] std::size_t queued_bytes() const { return left_.size() + fresh_bytes_; }
  [[nodiscard]] asio::awaitable<void> drain();

  Clock& clock_;
  Worker& worker_;
  std::string path_;
  std::string left_;  // lines that the disk did not take
  std::vector<Entry> fresh_;
  std::size_t fresh_bytes_ = 0;  // about
  std::uint64_t queued_records_ = 0;
  std::uint64_t sequence_ = 0;
  std::string failure_;
  bool draining_ = false;
  Counters counters_;
  Event drained_;
  TaskGroup tasks_;
};

}  // namespace wardend::audit

// The audit trail as JSON lines in a file, append only. Records are queued; a thread that nothing else uses writes them
// with fdatasync, and nobody waits for that. A file that was rotated or removed is opened anew.
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
#include "daemon/audit/counted.hpp"

namespace wardend::audit {

class FileSink final : public AuditSink {
 public:
  static constexpr std::size_t max_queued_bytes = 8 * 1024 * 1024;
  static constexpr Duration disk_patience = 5s;

  // `disk` is the trail's own: it hangs with the file.
  FileSink(asio::any_io_executor executor, Clock& clock, Worker& disk, std::string path);

  void write(AuditRecord record) override;
  void write_counted(AuditRecord record) override;
  // False while the file cannot be opened, written or synced, or has not answered for `disk_patience`; and while the
  // queue is full. The file is tried again every five seconds.
  [[nodiscard]] bool writable() const override { return failure_.empty() && queued_bytes() < max_queued_bytes; }
  // Why writable() is false, as a phrase; empty: it is true.
  [[nodiscard]] std::string trouble() const;

  // Looks whether the file can be written, before there is a record. Does not wait: a fault shows in writable().
  void open();
  // Writes what is queued and stops, within a second. What the disk has not taken after half of that is appended by
  // `spare`, without a sync; the journal tells how many records are lost.
  [[nodiscard]] asio::awaitable<void> shut_down(Worker& spare);

  struct Counters {
    std::map<std::string, std::uint64_t> entries;  // by kind
    std::uint64_t failures = 0;                    // failed writes, and records dropped from a full queue
    std::uint64_t backlog = 0;                     // records not yet on disk
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
  struct Put;
  [[nodiscard]] std::size_t queued_bytes() const { return left_.size() + fresh_bytes_; }
  [[nodiscard]] Batch take_queue();
  void start_draining();
  [[nodiscard]] asio::awaitable<void> drain();
  [[nodiscard]] asio::awaitable<void> tell_counts();
  void failed(const std::string& why);
  void drop();

  Clock& clock_;
  Worker& disk_;
  std::string path_;
  std::string left_;  // whole lines that the disk did not take
  std::vector<Entry> fresh_;
  std::size_t fresh_bytes_ = 0;  // about
  std::uint64_t sequence_ = 0;
  std::uint64_t dropped_ = 0;  // since the journal was told
  std::string failure_;
  bool draining_ = false;
  CountedRecords counted_;
  bool counting_ = false;
  Counters counters_;
  Event drained_;
  TaskGroup tasks_;
};

}  // namespace wardend::audit

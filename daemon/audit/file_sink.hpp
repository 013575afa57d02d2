// The audit trail as a chain of JSON lines in a file, append only. Records wait in a ring that outlives the process; a
// thread that nothing else uses makes entries of them and writes them with fdatasync, all that wait at once, and nobody
// waits for that. A file that was rotated, removed or changed is noticed, and told in the trail itself.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "base/audit_sink.hpp"
#include "base/beat.hpp"
#include "base/clock.hpp"
#include "base/pace.hpp"
#include "base/task_group.hpp"
#include "base/worker.hpp"
#include "daemon/audit/counted.hpp"
#include "daemon/audit/rates.hpp"
#include "daemon/audit/ring.hpp"
#include "daemon/audit/trail_writer.hpp"

namespace wardend::audit {

class FileSink final : public AuditSink {
 public:
  static constexpr Duration disk_patience = 5s;
  static constexpr Duration last_patience = 350ms;
  static constexpr Duration spare_patience = 250ms;
  // How often the anchor is renewed and the file looked at; and how often while nothing is written.
  static constexpr Duration between_anchors = 1min;
  static constexpr Duration between_idle_looks = 5min;
  static constexpr Duration between_anchors_in_journal = 10min;

  // Under load many records share one confirmation: so many are asked for at once, then one each.
  static constexpr unsigned batches_at_once = 20;
  static constexpr Duration between_batches = 5ms;

  // The FHIR base URL of a configured server; empty: there is none of that name.
  using BaseUrlOf = std::function<std::string(const std::string& server)>;

  // `disk` is the trail's own: it hangs with the file. `memory` as Ring takes it.
  FileSink(asio::any_io_executor executor, Clock& clock, Worker& disk, Place place, std::span<std::byte> memory = {},
           BaseUrlOf base_url_of = {}, Beat beat = {});

  void write(AuditRecord record) override;
  void write_counted(AuditRecord record) override;
  // False while the file cannot be opened, written or synced, or has not answered for `disk_patience`; and while the
  // ring is full. The file is tried again every five seconds.
  [[nodiscard]] bool writable() const override { return failure_.empty() && has_room(); }
  // Why writable() is false, as a phrase; empty: it is true.
  [[nodiscard]] std::string trouble() const;

  // Looks whether the file can be written and where the trail stands, before there is a record; from then on now
  // and then. Does not wait: a fault shows in writable().
  void open();
  // Writes what waits and stops, within `last_patience` and `spare_patience`. What the disk has not taken after the
  // first is appended by `spare`, without a sync; the journal tells how many records are lost.
  [[nodiscard]] asio::awaitable<void> shut_down(Worker& spare);

  // The number of the last entry that the disk has confirmed; 0: that is not known yet, or the file is in trouble.
  [[nodiscard]] std::uint64_t confirmed() const;
  // Notified when confirmed() has moved.
  [[nodiscard]] Event& moved() { return moved_; }

  struct Counters {
    std::map<std::string, std::uint64_t> entries;  // by kind
    std::uint64_t failures = 0;                    // failed writes, and records dropped from a full ring
    std::uint64_t backlog = 0;                     // records not yet on disk
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool wants_anchor() const;
  void name_server(AuditRecord& record) const;
  void keep(const AuditRecord& record);
  void drop();
  [[nodiscard]] bool tell_dropped();
  [[nodiscard]] bool append(const AuditRecord& record);
  [[nodiscard]] Batch next_batch();
  void start_draining();
  [[nodiscard]] asio::awaitable<void> drain();
  [[nodiscard]] asio::awaitable<void> gather();
  [[nodiscard]] asio::awaitable<void> tell_counts();
  [[nodiscard]] asio::awaitable<void> keep_watch();
  void take(const Put& put);
  void tell_anchor(const Put& put);
  void failed(const std::string& why);
  void mended();

  Clock& clock_;
  Worker& disk_;
  Place place_;
  BaseUrlOf base_url_of_;
  Beat beat_;
  Ring ring_;
  std::shared_ptr<TrailWriter> writer_;  // with the thread
  Rates rates_;
  CountedRecords counted_;
  std::uint64_t dropped_ = 0;  // since the trail was told
  std::string failure_;
  bool written_ = false;  // something, since the anchor was renewed
  bool draining_ = false;
  bool counting_ = false;
  bool more_ = false;  // the writer has something of its own to write
  Pace pace_;          // of batches
  bool anchor_due_ = true;
  bool closing_ = false;
  bool anchor_trouble_told_ = false;
  BootTime journal_anchored_at_{};
  Counters counters_;
  Event closes_;
  Event drained_;
  Event moved_;
  TaskGroup tasks_;
};

}  // namespace wardend::audit

#include "daemon/audit/file_sink.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/log.hpp"
#include "daemon/audit/line.hpp"
#include "daemon/audit/trail_file.hpp"

namespace wardend::audit {
namespace {

constexpr Duration retry_after_failure = 5s;
constexpr Duration between_counts = 10s;

}  // namespace

// What of the queue goes to the disk at once.
struct FileSink::Batch {
  std::string text;
  std::vector<Entry> entries;
};

// What became of a batch.
struct FileSink::Put {
  std::string left;  // whole lines that are not in the file
  std::string failure;

  // On a thread beside the loop.
  static Put of(Batch batch, const std::string& path, Durability durability) {
    for (const Entry& entry : batch.entries) batch.text += to_line(entry.record, entry.at, entry.sequence);
    Appended done = append(path, batch.text, durability);
    return {batch.text.substr(done.bytes), std::move(done.failure)};
  }
};

FileSink::FileSink(asio::any_io_executor executor, Clock& clock, Worker& disk, std::string path)
    : clock_(clock), disk_(disk), path_(std::move(path)), tasks_(std::move(executor)) {}

std::string FileSink::trouble() const {
  if (!failure_.empty()) return failure_;
  return queued_bytes() < max_queued_bytes ? "" : "more records wait than it takes";
}

void FileSink::open() { start_draining(); }

void FileSink::write(AuditRecord record) {
  ++counters_.entries[std::string(name_of(record.kind))];
  ++sequence_;  // of a dropped record too: its gap shows
  if (queued_bytes() >= max_queued_bytes) return drop();
  fresh_bytes_ += about_bytes(record);
  fresh_.push_back({std::move(record), clock_.wall_now(), sequence_});
  ++counters_.backlog;
  start_draining();
}

void FileSink::write_counted(AuditRecord record) {
  if (auto told = counted_.note(std::move(record), clock_.now())) write(std::move(*told));
  if (std::exchange(counting_, true)) return;
  tasks_.spawn("audit counts", tell_counts());
}

asio::awaitable<void> FileSink::tell_counts() {
  while (!counted_.empty()) {
    co_await clock_.sleep_for(between_counts);
    for (AuditRecord& record : counted_.due(clock_.now())) write(std::move(record));
  }
  counting_ = false;
}

void FileSink::drop() {
  ++counters_.failures;
  if (dropped_++ == 0)
    log::error("audit records are dropped, as too many wait for the disk", {{"file", path_}, {"error", trouble()}});
}

void FileSink::failed(const std::string& why) {
  ++counters_.failures;
  if (failure_.empty())
    log::error("the audit trail cannot be written; check [audit] file, space and owner",
               {{"file", path_}, {"error", why}});
  failure_ = why;
}

FileSink::Batch FileSink::take_queue() {
  fresh_bytes_ = 0;
  return {std::exchange(left_, {}), std::exchange(fresh_, {})};
}

void FileSink::start_draining() {
  if (std::exchange(draining_, true)) return;
  tasks_.spawn("audit", drain());
}

// Until nothing is queued and the file is fine. A batch without records asks how the file is.
asio::awaitable<void> FileSink::drain() {
  struct Done {
    FileSink& sink;
    ~Done() {
      sink.draining_ = false;
      sink.drained_.notify_all();
    }
  } done{*this};
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  do {
    const std::uint64_t records = counters_.backlog;
    auto job = disk_.begin(loop, [path = path_, batch = take_queue()]() mutable {
      return Put::of(std::move(batch), path, Durability::synced);
    });
    if (!co_await job.ended_by(clock_.now() + disk_patience)) {
      failed("the disk has not answered for 5 s");
      static_cast<void>(co_await job.ended_by(BootTime::max()));
    }
    Put put = job.take();
    left_ = std::move(put.left);
    counters_.backlog -= records - static_cast<std::uint64_t>(std::ranges::count(left_, '\n'));
    if (put.failure.empty()) {
      if (!failure_.empty()) log::info("the audit trail can be written again", {{"file", path_}});
      if (const auto count = std::exchange(dropped_, 0); count > 0)
        log::error("audit records were dropped; their numbers are missing in the trail", {{"records", count}});
      failure_.clear();
      continue;
    }
    failed(put.failure);
    co_await clock_.sleep_for(retry_after_failure);
  } while (queued_bytes() > 0 || !failure_.empty());
}

asio::awaitable<void> FileSink::shut_down(Worker& spare) {
  for (AuditRecord& record : counted_.rest(clock_.now())) write(std::move(record));
  const BootTime until = clock_.now() + 500ms;
  while (draining_ && failure_.empty() && clock_.now() < until) co_await clock_.wait(drained_, until);
  co_await tasks_.shut_down(clock_);
  auto lost = counters_.backlog;
  if (queued_bytes() > 0) {
    const auto queued = fresh_.size() + static_cast<std::size_t>(std::ranges::count(left_, '\n'));
    const auto put = co_await spare.run_until(clock_.now() + 500ms, [path = path_, batch = take_queue()]() mutable {
      return Put::of(std::move(batch), path, Durability::appended);
    });
    if (put) lost -= queued - static_cast<std::size_t>(std::ranges::count(put->left, '\n'));
  }
  if (lost > 0) log::error("records may be missing at the end of the audit trail", {{"records", lost}});
}

}  // namespace wardend::audit

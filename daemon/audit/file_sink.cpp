#include "daemon/audit/file_sink.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.hpp"
#include "daemon/audit/trail_file.hpp"

namespace wardend::audit {
namespace {

constexpr Duration retry_after_failure = 5s;
constexpr Duration between_counts = 10s;
// At most 130 records a minute by all who have no rights together, about 60 KB, and four times that by all others.
constexpr Repeats<AuditRecord>::Limits of_strangers{.told = 1, .kinds_of_one = 4, .kinds_of_all = 64};
constexpr Repeats<AuditRecord>::Limits of_known{.told = 1, .kinds_of_one = 32, .kinds_of_all = 256};

AuditRecord others() {
  AuditRecord record(AuditKind::service);
  record.action = "refusals";
  record.detail = "of more users or kinds than are told apart in a minute";
  return record;
}

// Nothing of the configuration is named: no rule knows the caller.
bool of_a_stranger(const AuditRecord& record) { return record.app.empty() && record.server.empty(); }

// What makes two records alike, beside their cause. What a stranger asked for is in the detail alone.
std::string kind_of(const AuditRecord& record) {
  return fmt::format("{} {} {} {} {} {} {} {}", name_of(record.kind), record.result, record.action, record.app,
                     record.server, record.session, record.reason, of_a_stranger(record) ? record.detail : "");
}

std::string timestamp(WallTime at) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(at);
  const auto fraction = (ms.time_since_epoch() % std::chrono::seconds(1)).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at))),
                     fraction);
}

// How many bytes its line will have: the names of the members, and what they say.
std::size_t about(const AuditRecord& record) {
  std::size_t bytes = 200;
  for (const std::string* text :
       {&record.action, &record.app, &record.server, &record.session, &record.login_session, &record.unit,
        &record.subject, &record.patient, &record.reason, &record.detail, &record.request_id})
    bytes += text->size();
  return bytes;
}

}  // namespace

std::string to_line(const AuditRecord& record, WallTime at, std::uint64_t sequence) {
  nlohmann::ordered_json line;
  line["at"] = timestamp(at);
  line["sequence"] = sequence;
  line["kind"] = name_of(record.kind);
  line["outcome"] = record.outcome;
  const auto text = [&](const char* name, std::string_view value) {
    if (!value.empty()) line[name] = value;
  };
  text("result", record.result);
  text("action", record.action);
  text("app", record.app);
  text("server", record.server);
  text("session", record.session);
  text("login_session", record.login_session);
  if (record.uid) line["uid"] = *record.uid;
  if (record.pid) line["pid"] = *record.pid;
  text("unit", record.unit);
  text("subject", record.subject);
  text("patient", record.patient);
  text("reason", record.reason);
  text("detail", record.detail);
  text("request_id", record.request_id);
  if (record.count != 1) line["count"] = record.count;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

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
    : clock_(clock),
      disk_(disk),
      path_(std::move(path)),
      strangers_(of_strangers, others()),
      known_(of_known, others()),
      tasks_(std::move(executor)) {}

std::string FileSink::trouble() const {
  if (!failure_.empty()) return failure_;
  return queued_bytes() < max_queued_bytes ? "" : "more records wait than it takes";
}

void FileSink::open() { start_draining(); }

void FileSink::write(AuditRecord record) {
  ++counters_.entries[std::string(name_of(record.kind))];
  ++sequence_;  // of a dropped record too: its gap shows
  if (queued_bytes() >= max_queued_bytes) return drop();
  fresh_bytes_ += about(record);
  fresh_.push_back({std::move(record), clock_.wall_now(), sequence_});
  ++counters_.backlog;
  start_draining();
}

void FileSink::write_counted(AuditRecord record) {
  auto& repeats = of_a_stranger(record) ? strangers_ : known_;
  const std::string cause = record.uid ? std::to_string(*record.uid) : record.server;
  const std::string kind = kind_of(record);
  if (auto told = repeats.note(cause, kind, std::move(record), clock_.now())) write_with_count(std::move(*told), 1);
  if (std::exchange(counting_, true)) return;
  tasks_.spawn("audit counts", tell_counts());
}

void FileSink::write_with_count(Repeats<AuditRecord>::Told told, std::int64_t itself) {
  told.what.count = itself + static_cast<std::int64_t>(told.left_out);
  write(std::move(told.what));
}

asio::awaitable<void> FileSink::tell_counts() {
  while (!strangers_.empty() || !known_.empty()) {
    co_await clock_.sleep_for(between_counts);
    for (auto* repeats : {&strangers_, &known_})
      for (auto& told : repeats->due(clock_.now())) write_with_count(std::move(told), 0);
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
  do {
    const std::uint64_t records = counters_.backlog;
    auto job = disk_.begin(co_await asio::this_coro::executor, [path = path_, batch = take_queue()]() mutable {
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
  for (auto* repeats : {&strangers_, &known_})
    for (auto& told : repeats->rest(clock_.now())) write_with_count(std::move(told), 0);
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

#include "daemon/audit/file_sink.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"

namespace wardend::audit {
namespace {

constexpr Duration retry_after_failure = 5s;

class File {
 public:
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

// The bytes that reached the disk, and what stopped the rest ("" for nothing). Runs on the worker pool; the file is
// opened for each batch, so that a rotated or removed one is never written to in the dark.
struct Written {
  std::size_t bytes = 0;
  std::string failure = {};
};

Written append(const std::string& path, const std::string& lines) {
  const File file(path);
  Written written;
  if (file.fd() < 0) return {0, std::strerror(errno)};
  while (written.bytes < lines.size()) {
    const auto count = ::write(file.fd(), lines.data() + written.bytes, lines.size() - written.bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {written.bytes, std::strerror(errno)};
    written.bytes += static_cast<std::size_t>(count);
  }
  if (::fdatasync(file.fd()) != 0) written.failure = std::strerror(errno);
  return written;
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

FileSink::FileSink(asio::any_io_executor executor, Clock& clock, Worker& worker, std::string path)
    : clock_(clock), worker_(worker), path_(std::move(path)), tasks_(std::move(executor)) {}

std::string FileSink::open_now() {
  const File file(path_);
  if (file.fd() >= 0) return {};
  failure_ = std::strerror(errno);
  return "the audit trail " + path_ + " cannot be opened (" + failure_ + "): check [audit] file and its folder's owner";
}

// What of the queue goes to the disk at once, on the worker.
struct FileSink::Batch {
  std::string text;
  std::vector<Entry> entries;

  Written put(const std::string& path) {
    for (const Entry& entry : std::exchange(entries, {})) text += to_line(entry.record, entry.at, entry.sequence);
    return append(path, text);
  }
};

void FileSink::write(AuditRecord record) {
  ++counters_.entries[std::string(name_of(record.kind))];
  ++sequence_;  // of a dropped record too: its gap shows
  if (queued_bytes() >= max_queued_bytes) {
    ++counters_.failures;
    return;
  }
  fresh_bytes_ += about(record);
  fresh_.push_back({std::move(record), clock_.wall_now(), sequence_});
  ++queued_records_;
  ++counters_.backlog;
  if (draining_) return;
  draining_ = true;
  tasks_.spawn("audit", drain());
}

asio::awaitable<void> FileSink::drain() {
  struct Done {
    FileSink& sink;
    ~Done() {
      sink.draining_ = false;
      sink.drained_.notify_all();
    }
  } done{*this};
  while (queued_bytes() > 0) {
    const auto batch = std::make_shared<Batch>(std::exchange(left_, {}), std::exchange(fresh_, {}));
    fresh_bytes_ = 0;
    const auto records = std::exchange(queued_records_, 0);
    const Written written = co_await worker_.run([path = path_, batch] { return batch->put(path); });
    if (written.bytes == batch->text.size()) counters_.backlog -= records;
    if (written.failure.empty()) {
      if (!failure_.empty()) log::info("the audit trail can be written again", {{"file", path_}});
      failure_.clear();
      continue;
    }
    ++counters_.failures;
    if (failure_.empty())
      log::error("the audit trail cannot be written; check space and owner",
                 {{"file", path_}, {"error", written.failure}});
    failure_ = written.failure;
    if (written.bytes < batch->text.size()) {
      left_ = batch->text.substr(written.bytes);
      queued_records_ += records;
    }
    co_await clock_.sleep_for(retry_after_failure);
  }
}

asio::awaitable<void> FileSink::shut_down() {
  const BootTime until = clock_.now() + 2s;
  while (draining_ && failure_.empty() && clock_.now() < until) co_await clock_.wait(drained_, until);
  co_await tasks_.shut_down(clock_);
}

}  // namespace wardend::audit

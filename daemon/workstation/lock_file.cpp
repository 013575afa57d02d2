#include "daemon/workstation/lock_file.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/kept_file.hpp"
#include "base/log.hpp"

namespace wardend::workstation {
namespace {

constexpr std::size_t longest = 4096;

struct Stored {
  enum class Kind { none, unreadable, history } kind = Kind::none;
  workstation::LockHistory history = {};
};

Stored read_stored(const std::filesystem::path& file) {
  const KeptText kept = read_kept_file(file, longest);
  if (!kept.text) return {kept.trouble.empty() ? Stored::Kind::none : Stored::Kind::unreadable};
  const auto history = workstation::read_lock_history(*kept.text);
  if (!history) return {Stored::Kind::unreadable};
  return {Stored::Kind::history, *history};
}

}  // namespace

LockFile::LockFile(Clock& clock, Worker& files, workstation::LockLog& locks, const std::filesystem::path& state_dir)
    : clock_(clock), files_(files), locks_(locks), file_(state_dir / "locks.json") {}

asio::awaitable<void> LockFile::run() {
  co_await read();
  for (;;) {
    co_await save();
    co_await clock_.wait(locks_.changed(), BootTime::max());
  }
}

asio::awaitable<void> LockFile::read() {
  const std::optional<Stored> stored = co_await files_.run_for(patience, [file = file_] { return read_stored(file); });
  if (!stored || stored->kind == Stored::Kind::unreadable)
    log::warn("when a lock was last seen is forgotten: the file cannot be read", {{"file", file_.string()}});
  else if (stored->kind == Stored::Kind::history)
    locks_.begin(written_ = stored->history);
}

asio::awaitable<void> LockFile::save() {
  while (locks_.history() != written_) {
    const workstation::LockHistory now = locks_.history();
    const std::optional<std::string> done = co_await files_.run_for(
        patience, [file = file_, text = to_text(now)] { return replace_kept_file(file, text); });
    const std::string trouble = done.value_or("the disk does not answer");
    if (!trouble.empty() && !std::exchange(told_, true))
      log::warn("when a lock was last seen cannot be kept over a restart: let wardend write to state_dir",
                {{"file", file_.string()}, {"error", trouble}});
    if (!done) co_return;
    written_ = now;
  }
}

}  // namespace wardend::workstation

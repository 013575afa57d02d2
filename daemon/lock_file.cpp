#include "daemon/lock_file.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "base/log.hpp"

namespace wardend {
namespace {

// In one step for whoever reads: never half a file. False: neither was written.
bool replace(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path beside = file.string() + ".new";
  std::ofstream out(beside, std::ios::trunc);
  out << text;
  out.close();
  std::error_code failed;
  if (out) std::filesystem::rename(beside, file, failed);
  return out && !failed;
}

}  // namespace

LockFile::LockFile(Clock& clock, Worker& worker, session::LockLog& locks, const std::filesystem::path& state_dir)
    : clock_(clock), worker_(worker), locks_(locks), file_(state_dir / "locks.json") {
  std::ifstream in(file_);
  if (!in) return;
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (const auto history = session::read_lock_history(text))
    locks_.begin(written_ = *history);
  else
    log::warn("when a lock was last seen is forgotten: the file is not readable", {{"file", file_.string()}});
}

asio::awaitable<void> LockFile::run() {
  for (;;) {
    co_await save();
    co_await clock_.wait(locks_.changed(), BootTime::max());
  }
}

asio::awaitable<void> LockFile::save() {
  while (locks_.history() != written_) {
    const session::LockHistory now = locks_.history();
    const bool done = co_await worker_.run([file = file_, text = to_text(now)] { return replace(file, text); });
    written_ = now;
    if (!done && !std::exchange(told_, true))
      log::warn("when a lock was last seen cannot be kept over a restart: let wardend write to state_dir",
                {{"file", file_.string()}});
  }
}

}  // namespace wardend

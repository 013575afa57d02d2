#include "daemon/workstation/lock_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "base/file_descriptor.hpp"
#include "base/log.hpp"

namespace wardend::workstation {
namespace {

constexpr std::size_t longest = 4096;

// A pipe or a device would be waited for.
FileDescriptor open_regular(const std::filesystem::path& file, int flags) {
  FileDescriptor opened(::open(file.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0640));
  struct stat info{};
  if (opened.valid() && (::fstat(opened.get(), &info) != 0 || !S_ISREG(info.st_mode))) opened.reset();
  return opened;
}

struct Stored {
  enum class Kind { none, unreadable, history } kind = Kind::none;
  workstation::LockHistory history = {};
};

Stored read_stored(const std::filesystem::path& file) {
  const FileDescriptor in = open_regular(file, O_RDONLY);
  if (!in.valid()) return {errno == ENOENT ? Stored::Kind::none : Stored::Kind::unreadable};
  std::string text(longest, '\0');
  const ssize_t count = ::read(in.get(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  const auto history = workstation::read_lock_history(text);
  if (!history) return {Stored::Kind::unreadable};
  return {Stored::Kind::history, *history};
}

// In one step for whoever reads: never half a file. False: neither was written.
bool replace(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path beside = file.string() + ".new";
  const FileDescriptor out = open_regular(beside, O_WRONLY | O_CREAT | O_TRUNC);
  return out.valid() && ::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         std::rename(beside.c_str(), file.c_str()) == 0;
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
    const std::optional<bool> done =
        co_await files_.run_for(patience, [file = file_, text = to_text(now)] { return replace(file, text); });
    if (!done.value_or(false) && !std::exchange(told_, true))
      log::warn("when a lock was last seen cannot be kept over a restart: let wardend write to state_dir",
                {{"file", file_.string()}});
    if (!done) co_return;
    written_ = now;
  }
}

}  // namespace wardend::workstation

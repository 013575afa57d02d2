#include "daemon/ops/metrics_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/file_descriptor.hpp"
#include "base/log.hpp"

namespace wardend::ops {
namespace {

constexpr mode_t for_everybody = 0644;

std::string in_words(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe): glibc's is safe

}  // namespace

std::string replace_public_file(const std::filesystem::path& file, const std::string& text) {
  // No name that ends in .prom: the collector must not read it half written.
  const std::filesystem::path beside = file.string() + ".new";
  // Others may write in the folder. What lies there under this name is none of ours: a link would lead elsewhere.
  static_cast<void>(::unlink(beside.c_str()));
  const FileDescriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, for_everybody));
  if (!out.valid()) return in_words(errno);
  errno = ENOSPC;  // a short write says nothing else
  const bool whole = ::write(out.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  // The service's umask takes what a stranger needs.
  if (whole && ::fchmod(out.get(), for_everybody) == 0 && std::rename(beside.c_str(), file.c_str()) == 0) return {};
  std::string why = in_words(errno);
  static_cast<void>(::unlink(beside.c_str()));
  return why;
}

asio::awaitable<void> MetricsFile::run() {
  if (file_.empty()) co_return;
  for (;;) {
    const BootTime last = clock_.now();
    co_await write();
    co_await clock_.wait(stirred_, beat_.next(last, at_least_each));
    if (clock_.now() < last + at_most_each) co_await clock_.sleep_until(last + at_most_each);
  }
}

asio::awaitable<void> MetricsFile::write() {
  const auto done =
      co_await files_.run_for(patience, [file = file_, text = text_()] { return replace_public_file(file, text); });
  const std::string before = std::exchange(trouble_, done.value_or("its disk does not answer"));
  if (!trouble_.empty() && before.empty())
    log::warn(
        "the metrics file cannot be written: see that its folder is there, that wardend may write to it, and "
        "that ReadWritePaths= of its unit names it",
        {{"metrics_textfile", file_.string()}, {"why", trouble_}});
  else if (trouble_.empty() && !before.empty())
    log::info("the metrics file is written again", {{"metrics_textfile", file_.string()}});
}

asio::awaitable<void> MetricsFile::remove() {
  if (file_.empty()) co_return;
  const auto done = co_await files_.run_for(patience, [file = file_] {
    return ::unlink(file.c_str()) == 0 || errno == ENOENT ? std::string() : in_words(errno);
  });
  trouble_ = done.value_or("its disk does not answer");
  if (!trouble_.empty())
    log::warn("the metrics file is left behind and says what is no longer so: remove it",
              {{"metrics_textfile", file_.string()}, {"why", trouble_}});
}

}  // namespace wardend::ops

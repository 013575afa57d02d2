#include "daemon/audit/trail_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/failure_point.hpp"

namespace wardend::audit {
namespace {

constexpr mode_t for_owner_and_group = 0640;

// O_NONBLOCK: a pipe that nobody reads would be waited for.
FileDescriptor open_trail(const std::string& path) {
  constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  FileDescriptor file(::open(path.c_str(), flags));
  if (file.valid() || errno != ENOENT) return file;
  file = FileDescriptor(::open(path.c_str(), flags | O_CREAT, for_owner_and_group));
  if (!file.valid()) return file;
  // The service's umask takes the group's right away. The file's name must outlast a loss of power as its entries do.
  ::fchmod(file.get(), for_owner_and_group);
  const auto folder = std::filesystem::path(path).parent_path();
  const FileDescriptor of(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (of.valid()) ::fsync(of.get());
  return file;
}

// How many bytes behind the last line end there are.
off_t torn(int fd, off_t size) {
  std::array<char, 4096> text{};
  for (off_t end = size; end > 0;) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(text.size()));
    const auto count = ::pread(fd, text.data(), static_cast<std::size_t>(end - begin), begin);
    if (count != end - begin) return 0;
    const std::string_view part(text.data(), static_cast<std::size_t>(count));
    if (const auto at = part.rfind('\n'); at != std::string_view::npos)
      return size - begin - static_cast<off_t>(at) - 1;
    end = begin;
  }
  return size;
}

off_t size_of(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 ? info.st_size : 0;
}

Appended write_all(int fd, std::string_view text) {
  Appended done;
  while (done.bytes < text.size()) {
    const auto count = ::write(fd, text.data() + done.bytes, text.size() - done.bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      done.failure = std::strerror(errno);
      return done;
    }
    done.bytes += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace

TrailFile::Change TrailFile::compare(const Known& now) const {
  if (known_.inode == 0) return Change::none;
  if (now.device != known_.device || now.inode != known_.inode) {
    struct stat before{};
    return ::fstat(place_.get(), &before) == 0 && before.st_nlink == 0 ? Change::removed : Change::rotated;
  }
  if (now.size < known_.size) return Change::shortened;
  return now.size > known_.size ? Change::foreign : Change::none;
}

TrailFile::Look TrailFile::look() {
  FileDescriptor file = open_trail(path_);
  struct stat info{};
  if (!file.valid() || ::fstat(file.get(), &info) != 0) return {.failure = std::strerror(errno)};
  if (!S_ISREG(info.st_mode)) return {.failure = "not a regular file"};
  const Known now{.device = info.st_dev, .inode = info.st_ino, .size = info.st_size};
  const Change change = compare(now);
  const off_t excess = torn(file.get(), now.size);
  // A file that only grows keeps it; append() ends the line.
  if (excess > 0) static_cast<void>(::ftruncate(file.get(), now.size - excess));
  file_ = std::move(file);
  place_ = FileDescriptor(::open(("/proc/self/fd/" + std::to_string(file_.get())).c_str(), O_PATH | O_CLOEXEC));
  known_ = {.device = now.device, .inode = now.inode, .size = size_of(file_.get())};
  return {.change = change, .empty = known_.size == 0};
}

Appended TrailFile::append(std::string_view lines, Durability durability) {
  const int fd = file_.get();
  if (!lines.empty() && torn(fd, size_of(fd)) > 0)
    if (Appended end = write_all(fd, "\n"); !end.failure.empty()) return {0, end.failure};
  const off_t before = size_of(fd);
  Appended done = write_all(fd, lines);
  const std::size_t whole = lines.substr(0, done.bytes).rfind('\n') + 1;  // npos + 1 is 0
  // Not where somebody else changed the file meanwhile, and not where the file lets nobody.
  if (done.bytes > whole && size_of(fd) == before + static_cast<off_t>(done.bytes))
    static_cast<void>(::ftruncate(fd, before + static_cast<off_t>(whole)));
  done.bytes = whole;
  known_.size = size_of(fd);
  if (!lines.empty()) at_failure_point("audit.lines_written");
  if (done.failure.empty() && durability == Durability::synced && ::fdatasync(fd) != 0)
    done.failure = std::strerror(errno);
  if (!lines.empty()) at_failure_point("audit.lines_synced");
  return done;
}

}  // namespace wardend::audit

#include "daemon/audit/trail_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.hpp"

namespace wardend::audit {
namespace {

// O_NONBLOCK: a pipe that nobody reads would be waited for. Reading is for torn() only, so the right to read may lack.
FileDescriptor open_trail(const std::string& path) {
  constexpr int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  FileDescriptor file(::open(path.c_str(), O_RDWR | flags, 0640));
  if (!file.valid() && errno == EACCES) file = FileDescriptor(::open(path.c_str(), O_WRONLY | flags, 0640));
  return file;
}

// Whether the file ends in the middle of a line.
bool torn(int fd, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

// Takes the last `excess` bytes back, which this process has just written. Not where somebody else changed the file
// meanwhile, and not where the file lets nobody: torn() sees to it then.
void take_back(int fd, std::size_t excess) {
  struct stat info{};
  const off_t end = ::lseek(fd, 0, SEEK_CUR);
  if (excess == 0 || end < 0 || ::fstat(fd, &info) != 0 || info.st_size != end) return;
  static_cast<void>(::ftruncate(fd, end - static_cast<off_t>(excess)));
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

Appended append(const std::string& path, std::string_view lines, Durability durability) {
  const FileDescriptor file = open_trail(path);
  struct stat info{};
  if (!file.valid() || ::fstat(file.get(), &info) != 0) return {0, std::strerror(errno)};
  if (!S_ISREG(info.st_mode)) return {0, "not a regular file"};
  if (!lines.empty() && torn(file.get(), info.st_size))
    if (Appended end = write_all(file.get(), "\n"); !end.failure.empty()) return {0, end.failure};
  Appended done = write_all(file.get(), lines);
  const std::size_t whole = lines.substr(0, done.bytes).rfind('\n') + 1;  // npos + 1 is 0
  take_back(file.get(), done.bytes - whole);
  done.bytes = whole;
  if (done.failure.empty() && durability == Durability::synced && ::fdatasync(file.get()) != 0)
    done.failure = std::strerror(errno);
  return done;
}

}  // namespace wardend::audit

#include "base/line_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace wardend {
namespace {

// O_NONBLOCK belongs to the open file, which the other holders of `fd` share: the shell that started us would lose its
// input. Opened once more through /proc it is a file of our own on the same pipe.
FileDescriptor open_again(int fd) {
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  return FileDescriptor(::open(link.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool has_room(int fd) {
  pollfd room{.fd = fd, .events = POLLOUT, .revents = 0};
  return ::poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

}  // namespace

LineWriter::LineWriter(int fd) : fd_(fd), kind_(Kind::waits) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return;
  if (S_ISSOCK(info.st_mode)) kind_ = Kind::socket;
  if (!S_ISFIFO(info.st_mode) && !S_ISCHR(info.st_mode)) return;
  own_ = open_again(fd);
  if (!own_.valid()) return;
  fd_ = own_.get();
  kind_ = Kind::never_waits;
}

// A pipe that cannot be opened again (it is another user's) is asked for room: a page of it is room for a line, unless
// another writer takes it in the same moment.
bool LineWriter::put(const std::string& text) const {
  if (kind_ == Kind::waits && !has_room(fd_)) return false;
  for (;;) {
    const ssize_t count = kind_ == Kind::socket ? ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                                : ::write(fd_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    return count > 0;
  }
}

void LineWriter::write(std::string_view line) {
  std::string text(line.substr(0, longest - 1));
  text.push_back('\n');
  if (dropped_ > told_) {
    const std::string missing =
        "log lines were dropped, as nobody read them: " + std::to_string(dropped_ - told_) + "\n";
    if (put(missing)) told_ = dropped_;
  }
  if (dropped_ > told_ || !put(text)) ++dropped_;
}

}  // namespace wardend

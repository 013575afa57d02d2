#include "systemd/inotify.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace wardend::systemd {
namespace {

int open_descriptor() {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
  return fd;
}

}  // namespace

Inotify::Inotify(asio::io_context& loop) : descriptor_(loop, open_descriptor()) {}

int Inotify::add(const std::filesystem::path& path, std::uint32_t mask) {
  const int watch = ::inotify_add_watch(descriptor_.native_handle(), path.c_str(), mask);
  return watch < 0 ? -errno : watch;
}

void Inotify::remove(int watch) { ::inotify_rm_watch(descriptor_.native_handle(), watch); }

asio::awaitable<std::vector<Inotify::Change>> Inotify::next() {
  co_await descriptor_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  std::vector<Change> changes;
  std::array<char, 16UL * 1024> buffer{};
  const ssize_t length = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
  for (ssize_t at = 0; at < length;) {
    inotify_event event{};
    std::memcpy(&event, buffer.data() + at, sizeof event);
    const char* name = buffer.data() + at + sizeof event;
    changes.push_back({event.wd, event.mask, event.len == 0 ? std::string() : std::string(name)});
    at += static_cast<ssize_t>(sizeof event + event.len);
  }
  co_return changes;
}

}  // namespace wardend::systemd

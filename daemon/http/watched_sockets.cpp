#include "daemon/http/watched_sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

namespace wardend::http {

struct WatchedSockets::Watch {
  Watch(asio::io_context& loop, int number) : fd(number), descriptor(loop) {}
  [[nodiscard]] bool is_wanted() const { return wanted.read || wanted.write; }
  int fd;
  asio::posix::stream_descriptor descriptor;
  Wanted wanted = {};
  bool reading = false;
  bool writing = false;
};

int WatchedSockets::open(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return fd;
  let_go(fd);
  opened_.insert(fd);
  return fd;
}

int WatchedSockets::close(int fd) {
  let_go(fd);
  opened_.erase(fd);
  return ::close(fd);
}

void WatchedSockets::want(int fd, Wanted wanted) {
  const bool nothing = !wanted.read && !wanted.write;
  // Asio goes on asking epoll whether a socket can be written, and every later wait would turn the loop twice.
  if (const auto known = watches_.find(fd); known != watches_.end() && known->second->wanted.write && !wanted.write)
    let_go(fd);
  if (nothing && !opened_.contains(fd)) return let_go(fd);
  auto& watch = watches_[fd];
  if (!watch) watch = std::make_shared<Watch>(loop_, fd);
  watch->wanted = wanted;
  boost::system::error_code failed;
  if (!watch->descriptor.is_open()) watch->descriptor.assign(fd, failed);
  if (failed) return tell_soon(watch);
  if (!nothing) return listen(watch);
  // A wait that nobody needs must not keep the loop from ending.
  if (watch->reading || watch->writing) watch->descriptor.cancel();
}

void WatchedSockets::listen(const std::shared_ptr<Watch>& watch) {
  const auto wait = [&](bool wanted, bool& waiting, auto direction, Can can) {
    if (waiting || !wanted) return;
    waiting = true;
    watch->descriptor.async_wait(direction, [this, watch, &waiting, can](const boost::system::error_code& error) {
      waiting = false;
      // This is not touched where the watch was let go of. A wait that was cancelled may be wanted again by now.
      if (!watch->is_wanted()) return;
      if (!error) ready_(watch->fd, can);
      if (watch->is_wanted()) listen(watch);
    });
  };
  wait(watch->wanted.read, watch->reading, asio::posix::descriptor_base::wait_read, Can::read);
  wait(watch->wanted.write, watch->writing, asio::posix::descriptor_base::wait_write, Can::write);
}

// libcurl asks for sockets that are none any more. Called for one, it finds that out itself and ends what is sent on
// it.
void WatchedSockets::tell_soon(const std::shared_ptr<Watch>& watch) {
  asio::post(loop_, [this, watch] {
    if (watch->is_wanted()) ready_(watch->fd, Can::read);
  });
}

// The socket is the library's: it is given back, never closed.
void WatchedSockets::let_go(int fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  found->second->wanted = {};
  found->second->descriptor.release();
  watches_.erase(found);
}

std::vector<int> WatchedSockets::wanted() const {
  std::vector<int> sockets;
  for (const auto& [fd, watch] : watches_)
    if (watch->is_wanted()) sockets.push_back(fd);
  return sockets;
}

void WatchedSockets::let_go() {
  while (!watches_.empty()) let_go(watches_.begin()->first);
}

}  // namespace wardend::http

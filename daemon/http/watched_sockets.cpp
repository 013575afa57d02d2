#include "daemon/http/curl_sockets.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

namespace wardend::http {

struct CurlSockets::Watch {
  Watch(asio::io_context& loop, int number) : fd(number), descriptor(loop, number) {}
  int fd;
  asio::posix::stream_descriptor descriptor;
  int wanted = 0;  // CURL_POLL_...
  bool reading = false;
  bool writing = false;
};

struct CurlSockets::Hooks {
  static int on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*watch*/) {
    static_cast<CurlSockets*>(self)->want(fd, what == CURL_POLL_REMOVE ? 0 : what);
    return 0;
  }
  static curl_socket_t open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
    auto& sockets = *static_cast<CurlSockets*>(self);
    sockets.let_go(fd);
    if (fd >= 0) sockets.opened_.insert(fd);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
  }
  static int close(void* self, curl_socket_t fd) {
    auto& sockets = *static_cast<CurlSockets*>(self);
    sockets.let_go(fd);
    sockets.opened_.erase(fd);
    return ::close(fd);
  }
};

void CurlSockets::attach(CURL* multi) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Hooks::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
}

void CurlSockets::attach_to_request(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Hooks::open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Hooks::close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

void CurlSockets::want(int fd, int what) {
  if (what == 0 && !opened_.contains(fd)) return let_go(fd);
  auto& watch = watches_[fd];
  if (!watch) watch = std::make_shared<Watch>(loop_, fd);
  watch->wanted = what;
  if (what != 0) return listen(watch);
  // A wait that nobody needs must not keep the loop from ending.
  if (watch->reading || watch->writing) watch->descriptor.cancel();
}

void CurlSockets::listen(const std::shared_ptr<Watch>& watch) {
  const auto wait = [&](bool& waiting, auto direction, int events, int interest) {
    if (waiting || (watch->wanted & interest) == 0) return;
    waiting = true;
    watch->descriptor.async_wait(direction, [this, watch, &waiting, events](const boost::system::error_code& error) {
      waiting = false;
      // What was let go of may outlive this. One that was cancelled may be wanted again by now.
      if (watch->wanted == 0) return;
      if (!error) ready_(watch->fd, events);
      if (watch->wanted != 0) listen(watch);
    });
  };
  wait(watch->reading, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN, CURL_POLL_IN);
  wait(watch->writing, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT, CURL_POLL_OUT);
}

// The socket is libcurl's: it is given back, never closed.
void CurlSockets::let_go(int fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  found->second->wanted = 0;
  found->second->descriptor.release();
  watches_.erase(found);
}

std::vector<int> CurlSockets::waited_for() const {
  std::vector<int> sockets;
  for (const auto& [fd, watch] : watches_)
    if (watch->wanted != 0) sockets.push_back(fd);
  return sockets;
}

void CurlSockets::let_go() {
  while (!watches_.empty()) let_go(watches_.begin()->first);
}

}  // namespace wardend::http

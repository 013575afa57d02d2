#include "ipc/peer_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace wardend::ipc {

Sent sent_by_peer(int socket) {
  char byte = 0;
  const ssize_t bytes = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (bytes > 0) return Sent::something;
  return bytes == 0 ? Sent::no_more : Sent::nothing_yet;
}

bool hung_up(int socket) {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace wardend::ipc

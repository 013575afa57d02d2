#include "ipc/peer_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace wardend::ipc {

bool left_in_silence(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool hung_up(int socket) {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace wardend::ipc

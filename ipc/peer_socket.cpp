#include "ipc/peer_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace wardend::ipc {

namespace {

Taken taken(ssize_t bytes) {
  if (bytes > 0) return {.sent = Sent::something, .bytes = static_cast<std::size_t>(bytes)};
  return {.sent = bytes == 0 ? Sent::no_more : Sent::nothing_yet};
}

}  // namespace

Sent sent_by_peer(int socket) {
  char byte = 0;
  return taken(::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT)).sent;
}

Taken take_sent(int socket, std::span<char> into) {
  return taken(::recv(socket, into.data(), into.size(), MSG_DONTWAIT));
}

bool hung_up(int socket) {
  pollfd peer{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace wardend::ipc

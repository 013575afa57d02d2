// Whether the other end of a connected socket is still there. One system call each; neither waits.
#pragma once

#include <cstddef>
#include <span>

namespace wardend::ipc {

enum class Sent {
  something,  // there is something to read
  nothing_yet,
  no_more,  // it has closed, and left nothing to read
};
// What a peer has sent that nobody has read.
[[nodiscard]] Sent sent_by_peer(int socket);
// The same, and takes what fits into `into`: `bytes` of it.
struct Taken {
  Sent sent = Sent::nothing_yet;
  std::size_t bytes = 0;
};
[[nodiscard]] Taken take_sent(int socket, std::span<char> into);

// It has closed for both directions: after shutdown(SHUT_WR) alone a peer still wants its answers.
[[nodiscard]] bool hung_up(int socket);

}  // namespace wardend::ipc

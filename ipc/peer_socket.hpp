// Whether the other end of a connected socket is still there. One system call each; neither waits.
#pragma once

namespace wardend::ipc {

enum class Sent {
  something,  // there is something to read
  nothing_yet,
  no_more,  // it has closed, and left nothing to read
};
// What a peer has sent that nobody has read.
[[nodiscard]] Sent sent_by_peer(int socket);

// It has closed for both directions: after shutdown(SHUT_WR) alone a peer still wants its answers.
[[nodiscard]] bool hung_up(int socket);

}  // namespace wardend::ipc

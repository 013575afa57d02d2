// Whether the other end of a connected socket is still there. One system call each; neither waits.
#pragma once

namespace wardend::ipc {

// It has closed, and left nothing to read.
[[nodiscard]] bool left_in_silence(int socket);

// It has closed for both directions: after shutdown(SHUT_WR) alone a peer still wants its answers.
[[nodiscard]] bool hung_up(int socket);

}  // namespace wardend::ipc

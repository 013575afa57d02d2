// Closes sockets beside the loop: what a peer has sent and nobody has read, the kernel frees then, and that takes as
// long as the peer likes to make it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <deque>
#include <vector>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/worker.hpp"

namespace wardend::ipc {

class Closer {
 public:
  // Without a worker sockets are closed at once.
  Closer(Clock& clock, Worker* worker) : clock_(clock), worker_(worker) {}

  // Closes it soon; at once where nothing in it is unread, and while many wait.
  void close(FileDescriptor socket);
  // Closes the socket of one who was turned away, a second later: who comes again as soon as they are refused comes
  // once a second then. Soon while many are kept so.
  void turn_away(FileDescriptor socket);

  // Sees to it. Runs until it is cancelled; what waits then is closed with this.
  [[nodiscard]] asio::awaitable<void> run();

 private:
  struct TurnedAway {
    FileDescriptor socket;
    BootTime until;
  };
  // Whose second is over.
  void let_go();

  Clock& clock_;
  Worker* worker_;
  std::vector<FileDescriptor> waiting_;
  std::deque<TurnedAway> turned_away_;
  std::size_t being_closed_ = 0;
  Event came_;
};

}  // namespace wardend::ipc

// What the users of one server get of it, over all of a user's connections: turns, leave for large frames, and how fast
// their calls are refused. Not places: those are base/connection_room.hpp's.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <map>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "base/pace.hpp"
#include "ipc/turn_queue.hpp"

namespace wardend::ipc {

namespace asio = boost::asio;
class Connection;

class Shares {
 public:
  Shares(asio::io_context& loop, Clock& clock) : loop_(loop), clock_(clock) {}

  // Gives a turn at once, if nobody waits for one and little was done so lately. False: queue for it.
  [[nodiscard]] bool take_free_turn(Connection& connection);
  // The turn comes when it is this user's and this process's; the connection must live until then.
  void queue_for_turn(Connection& connection, Rank rank);

  // Leave to read a frame over 16 KiB. False: too many are on their way. Every leave that was given is given back.
  [[nodiscard]] bool enter_large_frame(uid_t uid);
  void leave_large_frame(uid_t uid);

  // Counts refused calls of a user, and says how long the connection that had them waits. What succeeds in between, or
  // another connection, changes nothing.
  [[nodiscard]] Duration refuse(uid_t uid, unsigned weight);

  // Forgets users with whom nothing is left to settle.
  void settle(BootTime now);

 private:
  void next_turns();
  struct Account {
    Pace refusals = {};
    unsigned large_frames = 0;
  };

  asio::io_context& loop_;
  Clock& clock_;
  std::map<uid_t, Account> accounts_;
  unsigned large_frames_ = 0;
  TurnQueue<Connection*> turns_;
  bool turn_posted_ = false;
  std::chrono::steady_clock::time_point free_since_{};
  std::chrono::nanoseconds free_spent_{0};  // on free turns since then
};

}  // namespace wardend::ipc

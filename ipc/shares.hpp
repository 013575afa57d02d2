// What the users of one server get of it, over all of a user's connections: turns, leave for large frames, and how fast
// their calls are refused; and how much of the loop strangers get. Not places: those are base/connection_room.hpp's.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
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
  // `strangers`: nanoseconds of the loop that go into what those ask who are not known.
  Shares(Clock& clock, const PaceLimits& strangers) : clock_(clock), stranger_limits_(strangers) {}

  // Gives a turn at once to somebody who is known, if nobody known waits for one and little was done so lately. False:
  // queue for it.
  [[nodiscard]] bool take_free_turn(Connection& connection, Rank rank);
  // The turn comes when it is this user's and this process's; the connection must live until then.
  void queue_for_turn(Connection& connection, Rank rank);

  // Gives the turns that are queued. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> give_turns();

  // Counts what was done for a stranger, and returns how long nothing more should be: so much of the loop is left to
  // those who are known.
  Duration charge_strangers(std::chrono::nanoseconds spent);
  [[nodiscard]] bool strangers_wait() { return charge_strangers({}) > Duration(0); }

  // Leave to read a frame over 16 KiB. False: too many are on their way. Every leave that was given is given back.
  [[nodiscard]] bool enter_large_frame(uid_t uid);
  void leave_large_frame(uid_t uid);

  // Counts refused calls of a user, and says how long the connection that had them waits. What succeeds in between, or
  // another connection, changes nothing.
  [[nodiscard]] Duration refuse(uid_t uid, unsigned weight);

  // Forgets users with whom nothing is left to settle.
  void settle(BootTime now);
  [[nodiscard]] bool settled() const { return accounts_.empty(); }

 private:
  // Returns how long those have to wait who are still queued.
  Duration give_some();
  void give_turn(Connection& connection);
  struct Account {
    Pace refusals = {};
    unsigned large_frames = 0;
  };

  Clock& clock_;
  PaceLimits stranger_limits_;
  Pace strangers_ = {};
  std::map<uid_t, Account> accounts_;
  unsigned large_frames_ = 0;
  TurnQueue<Connection*> turns_;
  Event queued_;
  std::chrono::steady_clock::time_point free_since_{};
  std::chrono::nanoseconds free_spent_{0};  // on free turns since then
};

}  // namespace wardend::ipc

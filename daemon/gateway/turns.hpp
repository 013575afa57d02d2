// Whose request is begun next: one a turn, as with calls on the broker's socket. A request that waits for nobody is
// done in its turn; one that waits for the server or for its body goes on when that has come.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>

#include "base/clock.hpp"
#include "base/pace.hpp"
#include "ipc/turn_queue.hpp"

namespace wardend::gateway {

namespace asio = boost::asio;

class Turns {
 public:
  // `strangers`: nanoseconds of the loop that go into what those ask who are not known.
  Turns(Clock& clock, const PaceLimits& strangers) : clock_(clock), stranger_limits_(strangers) {}

  // Completes when it is this user's and this process's turn. A few a millisecond have theirs at once.
  [[nodiscard]] asio::awaitable<void> wait(ipc::TurnOwner owner);
  // What a stranger's request took of the loop.
  void charge_strangers(std::chrono::nanoseconds spent);
  // Gives the turns. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> give();

 private:
  Clock& clock_;
  PaceLimits stranger_limits_;
  Pace strangers_ = {};
  Pace free_ = {};
  ipc::TurnQueue<std::shared_ptr<Event>> queue_;
  Event queued_;
};

}  // namespace wardend::gateway

// Whose request is begun next: a few in a turn of the loop. A request that waits for nobody is done in its turn; one
// that waits for the server or for its body goes on when that has come.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
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

  // Completes when it is this user's and this process's turn. A few have theirs at once.
  [[nodiscard]] asio::awaitable<void> wait(ipc::TurnOwner owner);
  // What a stranger's request took of the loop.
  void charge_strangers(std::chrono::nanoseconds spent);
  // Gives the turns. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> give();

 private:
  Clock& clock_;
  PaceLimits stranger_limits_;
  Pace strangers_ = {};
  std::shared_ptr<std::size_t> begun_ = std::make_shared<std::size_t>(0);  // in this turn of the loop, without a queue
  ipc::TurnQueue<std::shared_ptr<Event>> queue_;
  Event queued_;
};

}  // namespace wardend::gateway

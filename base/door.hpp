// Lets in who waits at a listening socket: many at once, so that nobody waits for a pass of the loop for each one
// before them, and strangers no faster than they may take of the loop's time. Who they are, and whether they stay, is
// the server's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "base/file_descriptor.hpp"
#include "base/pace.hpp"

namespace wardend {

// Of the loop's time at each socket: half of it for letting strangers in or turning them away, so that those who wait
// behind them come soon.
inline constexpr PaceLimits door_time{.at_once = 150'000, .each = 2ns, .shortest_pause = 200us, .longest_pause = 20ms};

class Door {
 public:
  // Given each connected socket, non-blocking, in the order in which they connected. Returns who it was; it must not
  // wait.
  using Entered = std::function<Rank(FileDescriptor)>;
  struct Options {
    std::string label = {};     // for log lines
    PaceLimits strangers = {};  // nanoseconds of the loop that go into letting strangers in, or turning them away
  };

  // `listening` is a listening stream socket, whose open file becomes non-blocking. The loop and the clock must outlive
  // the door.
  Door(asio::io_context& loop, Clock& clock, FileDescriptor listening, Options options, Entered entered);

  // Lets in whoever connects, and completes after shut().
  [[nodiscard]] asio::awaitable<void> keep();
  // Whether somebody has connected and was not let in yet.
  [[nodiscard]] bool somebody_waits();
  // Lets nobody in any more.
  void shut();

 private:
  // Returns how long to wait after that.
  Duration let_some_in();
  Duration let_in(FileDescriptor socket);

  Clock& clock_;
  Options options_;
  Pace strangers_ = {};
  Entered entered_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> listening_;
};

}  // namespace wardend

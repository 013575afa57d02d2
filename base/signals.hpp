// Unix signals as something to await. They are blocked and read from a descriptor: a handler on the stack would leave
// registers, and what is in them, in places that nobody wipes. Spec: signalfd(2).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <initializer_list>

#include "base/clock.hpp"

namespace wardend {

class Signals {
 public:
  // Blocks `wanted` for this thread and those that it starts later: construct it before any other thread. Ignores
  // SIGPIPE and SIGXFSZ: a write that fails says so. Throws std::system_error when the kernel has no descriptor to
  // give.
  Signals(asio::io_context& loop, std::initializer_list<int> wanted);
  // The number of the next signal.
  [[nodiscard]] asio::awaitable<int> next();

 private:
  asio::posix::stream_descriptor descriptor_;
};

}  // namespace wardend

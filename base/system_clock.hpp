// The real clock: CLOCK_BOOTTIME and CLOCK_REALTIME, one timerfd on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "base/clock.hpp"

namespace wardend {

class SystemClock final : public Clock {
 public:
  // Throws std::system_error when the kernel has no timerfd to give: the daemon cannot run then.
  explicit SystemClock(asio::io_context& loop);
  [[nodiscard]] BootTime now() const override;
  [[nodiscard]] WallTime wall_now() const override;

 private:
  void rearm(std::optional<BootTime> earliest) override;
  void listen();
  asio::posix::stream_descriptor timer_;
};

}  // namespace wardend

// The real clock: CLOCK_BOOTTIME and CLOCK_REALTIME. One timerfd on the loop wakes those that wait; a second one, on
// the wall clock and far in the future, tells that somebody has set that. (A timer on CLOCK_BOOTTIME never tells.)
// Spec: timerfd_create(2), TFD_TIMER_CANCEL_ON_SET
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "base/clock.hpp"
#include "base/clock_watch.hpp"

namespace wardend {

class SystemClock final : public Clock {
 public:
  // Throws std::system_error when the kernel has no timerfd to give: the daemon cannot run then.
  explicit SystemClock(asio::io_context& loop);
  [[nodiscard]] BootTime now() const override;
  [[nodiscard]] WallTime wall_now() const override;

 private:
  [[nodiscard]] Duration unnoticed_sleep() override;
  void rearm(std::optional<BootTime> earliest) override;
  void listen();
  void watch_wall();

  asio::posix::stream_descriptor timer_;
  asio::posix::stream_descriptor wall_timer_;
  ClockWatch watch_;
  BootTime looked_at_;           // when the machine's sleep was looked for
  std::uint64_t wall_wait_ = 0;  // the number of the wait for wall_timer_
  bool watching_wall_ = false;
};

}  // namespace wardend

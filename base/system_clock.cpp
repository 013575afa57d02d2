#include "base/system_clock.hpp"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace wardend {
namespace {

int make_timer() {
  const int fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return fd;
}

timespec to_timespec(Duration span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
}

}  // namespace

SystemClock::SystemClock(asio::io_context& loop) : timer_(loop, make_timer()) {}

BootTime SystemClock::now() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return BootTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

WallTime SystemClock::wall_now() const { return std::chrono::system_clock::now(); }

void SystemClock::rearm(std::optional<BootTime> earliest) {
  itimerspec spec{};
  // A zero value would disarm the timer: a deadline already past is one nanosecond after boot.
  if (earliest) spec.it_value = to_timespec(std::max(earliest->time_since_epoch(), Duration(1)));
  timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
  // The wait is outstanding only while somebody waits, so that a loop with nothing to do can end.
  if (!earliest)
    timer_.cancel();
  else
    listen();
}

void SystemClock::listen() {
  timer_.cancel();
  timer_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto drained = ::read(timer_.native_handle(), &expirations, sizeof expirations);
    fire_due();
  });
}

}  // namespace wardend

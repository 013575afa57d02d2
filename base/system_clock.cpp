#include "base/system_clock.hpp"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace wardend {
namespace {

// The year 2242: what the kernel can count to is a little more.
constexpr time_t far_future = time_t{1} << 33;

// No machine sleeps for less, and a sleep that was not seen is seen the next time.
constexpr Duration shortest_sleep = 1ms;

int make_timer(clockid_t clock) {
  const int fd = timerfd_create(clock, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return fd;
}

int make_wall_timer() {
  const int fd = make_timer(CLOCK_REALTIME);
  const itimerspec spec{.it_interval = {}, .it_value = {.tv_sec = far_future, .tv_nsec = 0}};
  if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr) != 0 && errno != ECANCELED)
    throw std::system_error(errno, std::generic_category(), "timerfd_settime");
  return fd;
}

timespec to_timespec(Duration span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
}

Duration read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

ClockReading read_all() {
  return {.boot_before = read_clock(CLOCK_BOOTTIME),
          .monotonic = read_clock(CLOCK_MONOTONIC),
          .wall = read_clock(CLOCK_REALTIME),
          .boot_after = read_clock(CLOCK_BOOTTIME)};
}

}  // namespace

SystemClock::SystemClock(asio::io_context& loop)
    : timer_(loop, make_timer(CLOCK_BOOTTIME)), wall_timer_(loop, make_wall_timer()), watch_(read_all()) {}

BootTime SystemClock::now() const { return BootTime(read_clock(CLOCK_BOOTTIME)); }

WallTime SystemClock::wall_now() const { return std::chrono::system_clock::now(); }

Duration SystemClock::unnoticed_sleep() {
  if (now() - looked_at_ < shortest_sleep) return Duration::zero();
  const ClockReading reading = read_all();
  looked_at_ = BootTime(reading.boot_after);
  return watch_.slept(reading);
}

void SystemClock::rearm(std::optional<BootTime> earliest) {
  itimerspec spec{};
  // A zero value would disarm the timer: a deadline already past is one nanosecond after boot.
  if (earliest) spec.it_value = to_timespec(std::max(earliest->time_since_epoch(), Duration(1)));
  timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
  // The waits are outstanding only while somebody waits, so that a loop with nothing to do can end.
  if (!earliest) {
    timer_.cancel();
    watching_wall_ = false;
    wall_timer_.cancel();
  } else {
    listen();
    if (!watching_wall_) watch_wall();
  }
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

// The kernel cancels this timer when the wall clock is set, and when the machine wakes up.
void SystemClock::watch_wall() {
  watching_wall_ = true;
  wall_timer_.async_wait(
      asio::posix::descriptor_base::wait_read, [this, wait = ++wall_wait_](const boost::system::error_code& error) {
        if (error || !watching_wall_ || wait != wall_wait_) return;
        std::uint64_t expirations = 0;
        const bool set =
            ::read(wall_timer_.native_handle(), &expirations, sizeof expirations) < 0 && errno == ECANCELED;
        watch_wall();
        notice();
        if (set) wall_was_set(watch_.wall_set(read_all()));
      });
}

}  // namespace wardend

#include "daemon/http/alarm.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace wardend::http {
namespace {

// steady_clock is CLOCK_MONOTONIC.
int make_timer() {
  const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return fd;
}

}  // namespace

Alarm::Alarm(asio::io_context& loop, std::function<void()> ring) : timer_(loop, make_timer()), ring_(std::move(ring)) {}

void Alarm::set(Time when) {
  // Zero would take it back: a moment that is over is the first nanosecond.
  arm(std::max(when.time_since_epoch(), Time::duration(1)));
  if (!listening_) listen();
}

void Alarm::clear() {
  arm(std::chrono::nanoseconds::zero());
  listening_ = false;
  ++wait_;
  timer_.cancel();
}

void Alarm::arm(std::chrono::nanoseconds since_start) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_start);
  const itimerspec spec{.it_interval = {},
                        .it_value = {.tv_sec = seconds.count(), .tv_nsec = (since_start - seconds).count()}};
  ::timerfd_settime(timer_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

void Alarm::listen() {
  listening_ = true;
  timer_.async_wait(asio::posix::descriptor_base::wait_read,
                    [this, wait = ++wait_](const boost::system::error_code& error) {
                      if (error || wait != wait_) return;
                      listening_ = false;
                      std::uint64_t expirations = 0;
                      if (::read(timer_.native_handle(), &expirations, sizeof expirations) > 0) return ring_();
                      listen();  // it was set anew in this very turn
                    });
}

}  // namespace wardend::http

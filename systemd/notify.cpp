#include "systemd/notify.hpp"

#include <systemd/sd-daemon.h>
#include <time.h>

#include <string>

namespace wardend::systemd {

void notify_ready() { sd_notify(0, "READY=1"); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }

void notify_reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", microseconds);
}

void notify_reloaded() { notify_ready(); }

void notify_status(std::string_view line) {
  static std::string last;
  if (last == line) return;
  last = line;
  // What nobody heard is said again the next time.
  if (sd_notify(0, ("STATUS=" + last).c_str()) <= 0) last.clear();
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0 || microseconds == 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

asio::awaitable<void> feed_watchdog(Clock& clock, Beat beat) {
  const auto interval = watchdog_interval();
  if (!interval) co_return;
  for (;;) {
    sd_notify(0, "WATCHDOG=1");
    co_await clock.sleep_until(beat.next(clock.now(), *interval / 2));
  }
}

}  // namespace wardend::systemd

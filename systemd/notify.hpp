// What the service manager is told: ready, in words how things stand, alive, reloading, stopping. Without a manager
// ($NOTIFY_SOCKET unset) every call does nothing. Spec: sd_notify(3).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string_view>

#include "base/beat.hpp"
#include "base/clock.hpp"

namespace wardend::systemd {

// READY=1 and STOPPING=1. Without a service manager they do nothing. Spec: sd_notify(3).
void notify_ready();
void notify_stopping();
// Between the two the manager waits: `systemctl reload` ends when the second was sent.
void notify_reloading();
void notify_reloaded();
// One line for `systemctl status`. Not sent again while it stays the same.
void notify_status(std::string_view line);

// The interval within which the manager wants to hear from this process; nullopt: it does not watch.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();
// Says that the loop turns, twice an interval, until cancelled. Returns at once when nobody watches.
[[nodiscard]] asio::awaitable<void> feed_watchdog(Clock& clock, Beat beat);

}  // namespace wardend::systemd

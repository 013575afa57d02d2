// Time as the broker knows it. BootTime counts suspend (CLOCK_BOOTTIME) and decides expiry and deadlines; WallTime is
// for people, audit records and the wire only. Waiting goes through the clock too, so that a test's virtual clock runs
// an eight-hour shift in milliseconds. Not for measuring latency inside one function: use std::chrono::steady_clock.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>

namespace wardend {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};
using BootTime = BootClock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::nanoseconds;

// Whole Unix seconds, as the Varlink interfaces speak.
[[nodiscard]] inline std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

class Clock;

// Something that coroutines wait for together. Edge-triggered: notify_all wakes those that wait now; each looks at its
// own condition again. Must outlive nobody: waiters of a destroyed Event wake up.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { notify_all(); }
  void notify_all();
  [[nodiscard]] std::size_t waiting() const { return waiters_.size(); }

 private:
  friend class Clock;
  struct Waiter;
  std::list<Waiter*> waiters_;
};

class Clock {
 public:
  enum class Wake { notified, deadline };

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // The time since boot, suspended time included: for every deadline.
  [[nodiscard]] virtual BootTime now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;

  // Completes at or after `when`. Throws operation_aborted when its task is cancelled.
  [[nodiscard]] asio::awaitable<void> sleep_until(BootTime when);
  [[nodiscard]] asio::awaitable<void> sleep_for(Duration span) { return sleep_until(now() + span); }

  // Completes when `event` is notified or at `deadline`, whichever is first.
  [[nodiscard]] asio::awaitable<Wake> wait(Event& event, BootTime deadline);

  // The wall-clock time at which `when` falls, as things stand now.
  [[nodiscard]] WallTime wall_at(BootTime when) const {
    return wall_now() + std::chrono::duration_cast<WallTime::duration>(when - now());
  }

  // `call` runs in the first turn of the loop after the machine was asleep, before anything that fell due meanwhile,
  // and is told for how long. One call at a time: a later one takes its place.
  void on_sleep(std::function<void(Duration)> call) { on_sleep_ = std::move(call); }
  // `call` runs when the wall clock was set, and is told how far it moved against BootTime: next to nothing after a
  // sleep. Nothing that waits is moved by it.
  void on_wall_set(std::function<void(Duration)> call) { on_wall_set_ = std::move(call); }
  // Tells of a sleep that nobody was told of yet. Every timer asks by itself; a door that may be woken before any of
  // them asks before it answers.
  void notice();

 protected:
  // How long the machine has slept since this was last asked.
  [[nodiscard]] virtual Duration unnoticed_sleep() = 0;
  void wall_was_set(Duration by) {
    if (on_wall_set_) on_wall_set_(by);
  }
  // Called when the earliest deadline changed: fire_due is wanted then. nullopt: nobody waits.
  virtual void rearm(std::optional<BootTime> earliest) = 0;
  // Notices a sleep, then wakes everybody whose deadline has come.
  void fire_due();
  [[nodiscard]] std::optional<BootTime> earliest() const;

 private:
  asio::awaitable<Wake> wait_on(Event* event, BootTime deadline);
  std::multimap<BootTime, Event::Waiter*> deadlines_;
  std::function<void(Duration)> on_sleep_;
  std::function<void(Duration)> on_wall_set_;
};

}  // namespace wardend

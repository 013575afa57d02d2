// A clock that stands still until a test moves it. With fakes behind every seam all work is posted to the loop, so
// "idle" is the loop with nothing ready, and time jumps from one deadline to the next.
#pragma once

#include <boost/asio/io_context.hpp>
#include <utility>

#include "base/clock.hpp"

namespace wardend::test {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(asio::io_context& loop) : loop_(loop) {}
  [[nodiscard]] BootTime now() const override { return now_; }
  [[nodiscard]] WallTime wall_now() const override { return wall_; }

  // Runs everything that is ready, without moving time.
  void settle() {
    loop_.restart();
    while (loop_.poll() != 0) loop_.restart();
  }

  // Moves time on by `span`, stopping at every deadline on the way and running what is ready there.
  void advance(Duration span) {
    const BootTime end = now_ + span;
    settle();
    for (auto next = earliest(); next && *next <= end; next = earliest()) {
      jump_to(std::max(*next, now_));
      ++turns_;
      fire_due();
      settle();
    }
    jump_to(end);
    settle();
  }

  // How often time has stopped so far, and somebody was woken.
  [[nodiscard]] int turns() const { return turns_; }

  // The machine sleeps: time passes, nothing runs, and when it wakes nobody has noticed yet.
  void fall_asleep(Duration span) {
    settle();
    jump_to(now_ + span);
    unnoticed_ += span;
  }
  // The same, and the timers notice.
  void sleep_through(Duration span) {
    fall_asleep(span);
    fire_due();
    settle();
  }

  // The wall clock is set to something else, as by an administrator or NTP.
  void step_wall(Duration by) {
    wall_ += std::chrono::duration_cast<WallTime::duration>(by);
    wall_was_set(by);
  }

 private:
  [[nodiscard]] Duration unnoticed_sleep() override { return std::exchange(unnoticed_, Duration::zero()); }
  void rearm(std::optional<BootTime> /*earliest*/) override {}
  void jump_to(BootTime when) {
    wall_ += std::chrono::duration_cast<WallTime::duration>(when - now_);
    now_ = when;
  }
  asio::io_context& loop_;
  int turns_ = 0;
  Duration unnoticed_{};
  BootTime now_{std::chrono::hours(1)};
  WallTime wall_{std::chrono::seconds(1'800'000'000)};
};

}  // namespace wardend::test

// logind's delay inhibitor for sleep: held always, so that a suspend waits until everything is wiped.
// Spec: org.freedesktop.login1(5), Inhibit.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "systemd/bus.hpp"
#include "systemd/login_session_policy.hpp"

namespace wardend::systemd {

class SleepInhibitor {
 public:
  explicit SleepInhibitor(Clock& clock) : clock_(clock) {}

  // Nothing sleeps: wants one from now on, if none is held.
  void want();
  // When to ask for one; BootTime::max(): none is wanted. After a refusal that is ten seconds later.
  [[nodiscard]] BootTime ask_at() const { return wanted_ ? ask_at_ : BootTime::max(); }
  // Asks logind for one, and how long logind waits at most. A refusal is logged once, and asked again later. The bus
  // must outlive the call.
  [[nodiscard]] asio::awaitable<void> ask(Bus& bus);
  // The inhibitor of the sleep that begins: the machine may sleep once it is closed. A wake that comes first takes
  // another. One that was asked for before comes late: it delays this sleep too, until `let_sleep`.
  [[nodiscard]] FileDescriptor hand_over();
  // Everything is wiped: nothing that comes late delays the sleep any more.
  void let_sleep();
  // Gives it back: the connection to logind is gone.
  void drop() { held_.reset(); }
  // For how long a sleep may be delayed.
  [[nodiscard]] Duration delay() const { return delay_; }

 private:
  Clock& clock_;
  FileDescriptor held_;
  bool wanted_ = false;
  bool missed_ = false;  // a refusal was logged
  enum class Sleep : std::uint8_t { none, begins, may_come };
  Sleep sleep_ = Sleep::none;
  BootTime ask_at_ = {};
  Duration delay_ = sleep_delay(std::nullopt);
};

}  // namespace wardend::systemd

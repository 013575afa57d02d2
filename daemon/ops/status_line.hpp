// The line that `systemctl status` shows, kept current without a clock that ticks while nothing happens.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

#include "base/beat.hpp"
#include "base/clock.hpp"
#include "daemon/events/session_event.hpp"

namespace wardend::ops {

namespace asio = boost::asio;

class StatusLine {
 public:
  // `line` makes it, and `tell` hands it on. Both are called on the loop.
  StatusLine(Clock& clock, events::EventHub& hub, std::function<std::string()> line,
             std::function<void(const std::string&)> tell, Beat beat = {})
      : clock_(clock), hub_(hub), line_(std::move(line)), tell_(std::move(tell)), beat_(beat) {}

  // Tells the line when it differs from the last: within a second of something that happened, and of what nobody has
  // told of within half a minute. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // What becomes of sessions and servers. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> heed_events();
  // Everything that an event tells of. Runs until it is cancelled.
  [[nodiscard]] asio::awaitable<void> heed(Event& event);
  // Something else happened.
  void stir() { stirred_.notify_all(); }

 private:
  Clock& clock_;
  events::EventHub& hub_;
  std::function<std::string()> line_;
  std::function<void(const std::string&)> tell_;
  Beat beat_;
  Event stirred_;
};

}  // namespace wardend::ops

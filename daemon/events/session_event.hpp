// What happened, for those who watch (Monitor). A subscriber that does not keep up is cut off: it comes back and gets
// the whole picture anew.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <string>

#include "base/clock.hpp"
#include "daemon/workstation/login_session_state.hpp"

namespace wardend::events {

enum class EventKind {
  session_started,
  token_refreshed,
  reauthentication_required,
  session_cleared,
  context_changed,
  server_health_changed,
  app_disabled,
  app_enabled,
  capabilities_changed,
};

struct SessionEvent {
  EventKind kind;
  WallTime at = {};
  std::string session = {};
  std::string app = {};
  std::string server = {};
  workstation::EpochNumber epoch = 0;
  std::string reason = {};
};

class EventHub {
 public:
  static constexpr std::size_t max_queue = 256;

  class Subscription {
   public:
    explicit Subscription(EventHub& hub) : hub_(hub) { hub_.subscribers_.push_back(this); }
    ~Subscription() { hub_.subscribers_.remove(this); }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    std::deque<SessionEvent> queue;
    bool overflowed = false;
    Event arrived;

   private:
    EventHub& hub_;
  };

  void publish(const SessionEvent& happening) {
    for (Subscription* subscriber : subscribers_) {
      if (subscriber->overflowed) continue;  // which it has been told
      if (subscriber->queue.size() >= max_queue)
        subscriber->overflowed = true;
      else
        subscriber->queue.push_back(happening);
      subscriber->arrived.notify_all();
    }
  }

 private:
  std::list<Subscription*> subscribers_;
};

}  // namespace wardend::events

// Monitor: first the picture as it is, then one reply an event, for the caller's own sessions and its servers.
#pragma once

#include <optional>

#include "daemon/access/gate.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class MonitorMethods {
 public:
  struct Parts {
    Clock& clock;
    access::Gate& gate;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    events::EventHub& hub;
    const server::ServerHealth& server_health;
  };
  explicit MonitorMethods(const Parts& parts) : parts_(parts) {}

  // Answers the method of its name, until the subscriber goes or falls behind.
  Answer<void> monitor(ipc::Call& call, ipc::broker::MonitorStream& stream);

 private:
  // What the sender of a stream needs.
  struct Watch {
    access::Who who;
    ipc::broker::MonitorStream& stream;
  };
  [[nodiscard]] asio::awaitable<bool> send_snapshot(Watch& watch);
  [[nodiscard]] asio::awaitable<bool> send(Watch& watch, ipc::broker::Event event);
  [[nodiscard]] std::optional<ipc::broker::Event> event_for(const access::Who& who,
                                                            const events::SessionEvent& happening);

  Parts parts_;
};

}  // namespace wardend::service

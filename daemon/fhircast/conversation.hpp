// What is said between a hub and us while its socket is open: the confirmation, messages and answers, renewals before
// the lease ends. One at a time; when it is over, the next may begin on another socket.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/context_channel.hpp"
#include "base/random.hpp"
#include "config/live.hpp"
#include "daemon/fhircast/hearing.hpp"
#include "daemon/fhircast/holders.hpp"
#include "daemon/fhircast/hub_request.hpp"
#include "daemon/fhircast/hub_socket.hpp"
#include "daemon/fhircast/lease.hpp"
#include "daemon/fhircast/topic_state.hpp"

namespace wardend::fhircast {

class Conversation {
 public:
  struct Parts {
    asio::any_io_executor executor;
    Clock& clock;
    Random& random;
    ContextChannels& channels;
    const config::Live& config;
    const Topic& topic;
    Holders& holders;
    HubRequest& request;
    Hearing& hearing;
    Event& changed;  // of anything that a conversation waits for
  };
  // Each is called in the turn in which it became known.
  struct Tell {
    std::function<void(const Fact&)> fact;  // confirmed, failed
    std::function<void(const Confirmation&)> confirmation;
    std::function<void(EventKind)> sign_out;
    std::function<void()> context_changed;
  };
  Conversation(const Parts& parts, Tell tell) : parts_(parts), tell_(std::move(tell)) {}

  // Returns when it is over and its socket is closed.
  [[nodiscard]] asio::awaitable<void> hold(Endpoint endpoint);
  // The token that was asked with has been renewed, or has gone.
  void renew_now() { lease_.renew_now(parts_.clock.now()); }
  // Nothing more is heard: the socket is cut.
  void cut();
  // Nobody holds the topic: the socket is closed as one that has finished, after what the hub is owed was sent, or a
  // second. Nothing is posted: there is no token any more.
  void leave();
  // Before it goes; hold() must have ended, or been cancelled.
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  enum class Over : std::uint8_t { no, leaving, cut };
  [[nodiscard]] asio::awaitable<void> talk();
  [[nodiscard]] HubSocket::Ears ears();
  [[nodiscard]] std::optional<std::string> hear(Incoming& message);
  void confirmed(const Confirmation& confirmation);
  void denied(const Denial& denial);
  [[nodiscard]] BootTime tick(BootTime now);
  void renew(BootTime now);
  void renewed(HubRequest::Answer answer, BootTime now);
  void fail(End end) { tell_.fact({.kind = FactKind::failed, .end = std::move(end)}); }

  Parts parts_;
  Tell tell_;
  std::optional<HubSocket> socket_ = {};
  Endpoint endpoint_ = {};
  Lease lease_ = {};
  Over over_ = Over::no;
  bool is_confirmed_ = false;
  BootTime confirm_until_ = {};
  BootTime quiet_at_ = BootTime::max();
};

}  // namespace wardend::fhircast

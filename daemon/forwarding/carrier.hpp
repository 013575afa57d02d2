// One way to a receiver of the trail: what differs between a FHIR repository and syslog.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/forwarding/delivery.hpp"
#include "daemon/forwarding/outgoing.hpp"

namespace wardend::forwarding {

class Carrier {
 public:
  virtual ~Carrier() = default;
  // For whom the configuration has the trail sent this way, as people call it; empty: for nobody.
  [[nodiscard]] virtual std::string receiver(const config::Config& config) const = 0;
  // How much deliver() takes at once.
  [[nodiscard]] virtual Most most() const = 0;
  // Sends the entries, of which there is one at least, the oldest first.
  [[nodiscard]] virtual asio::awaitable<Delivery> deliver(config::ConfigPtr config, Entries entries) = 0;
  // Ends a connection that it keeps.
  virtual void let_go() {}
};

}  // namespace wardend::forwarding

// GET /metrics, /healthz and /readyz, for dashboards and for whoever restarts things.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "daemon/http/listener.hpp"

namespace wardend::ops {

class Endpoints {
 public:
  struct Sources {
    std::function<std::string()> metrics;           // the text of /metrics
    std::function<std::string()> not_ready_reason;  // empty: ready
  };
  // `machine` is this machine's own name.
  Endpoints(Clock& clock, std::string machine, Sources sources);

  // Answers one request: 404 for other paths, 405 for other methods, 421 for a Host that is not this machine. The text
  // of /metrics is made once a second at most.
  [[nodiscard]] asio::awaitable<http::Reply> answer(http::InboundRequest request);

 private:
  [[nodiscard]] const std::string& metrics();

  Clock& clock_;
  std::string machine_;
  Sources sources_;
  std::string text_;
  BootTime made_at_ = BootTime::min();
};

// Whether a Host header means this machine: an address, localhost, or a name whose first label is `machine`'s. A page
// of another site that has its own name resolve to this machine is told apart by that name.
[[nodiscard]] bool means_this_machine(std::string_view host, std::string_view machine);

}  // namespace wardend::ops

// GET /metrics, /healthz and /readyz, for dashboards and for whoever restarts things.
#pragma once

#include <functional>
#include <string>

#include "daemon/http/listener.hpp"

namespace wardend::ops {

struct Endpoints {
  std::function<std::string()> metrics;           // the text of /metrics
  std::function<std::string()> not_ready_reason;  // empty: ready
};

// Answers one request: 404 for other paths, 405 for other methods.
[[nodiscard]] asio::awaitable<http::Reply> answer(const Endpoints& endpoints, http::InboundRequest request);

}  // namespace wardend::ops

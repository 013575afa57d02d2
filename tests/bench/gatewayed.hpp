// What the gateway costs a request, beside nginx that does the plain forwarding alone: both before one nginx that
// serves files as a FHIR server, one process each.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace wardend::bench {

struct Forwarding {
  double p50 = 0, p99 = 0;  // microseconds, one request after the other
  double per_second = 0;    // eight connections
};

struct GatewayCost {
  Forwarding gateway_read = {}, nginx_read = {};      // a record of 2 KB
  Forwarding gateway_search = {}, nginx_search = {};  // a Bundle of 20 KB, judged and its addresses turned
  double large_seconds = 0;                           // a Binary of 100 MB
  double large_growth_kib = 0;                        // of the service's resident memory meanwhile
};

// nullopt: nginx is not installed, or no session came about.
[[nodiscard]] std::optional<GatewayCost> cost_of_gateway();

}  // namespace wardend::bench

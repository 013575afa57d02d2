// What the gateway costs a request, beside the floor (forwarder.hpp) and nginx, which do the plain forwarding alone:
// all of them before one nginx that serves files as a FHIR server.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/bench/upstream_sides.hpp"

namespace wardend::bench {

// One way to the server, as medians of the rounds.
struct Forwarding {
  double added = 0;  // microseconds: p50, less that of a request that goes to the server directly
  double p99 = 0;    // microseconds, of the whole request
  double alone = 0;  // requests a second, one connection
  double eight = 0;  // the same, eight connections
  double work = 0;   // of these, microseconds of processor time for each
};
struct Forwardings {
  Forwarding gateway = {}, floor = {}, floor_by_beast = {}, nginx = {};
};

// apart: what forwards has a processor of its own, and the client shares one with the server. together: all
// share one, so that the work is compared and no wake-up of an idle processor counts.
struct RecordCost {
  double direct = 0;  // p50, microseconds
  Forwardings apart = {}, together = {};
};

struct GatewayCost {
  RecordCost read = {};           // a record of 2 KB
  RecordCost search = {};         // a Bundle of 20 KB, judged and its addresses turned
  double large_seconds = 0;       // a Binary of 100 MB
  double large_growth_kib = 0;    // of the service's resident memory meanwhile
  double stream_kib = 0;          // of the same, for each stream whose reader takes nothing
  double token_quiet = 0;         // GetToken's p99 in microseconds: nothing flows
  double token_beside_nginx = 0;  // 50 MB/s flow through nginx on the service's processor
  double token_beside_flow = 0;   // 50 MB/s flow through the gateway
  UpstreamSides upstream = {};
};

inline constexpr const char *a_record = "Patient/patient-1", *a_bundle = "Observation?patient=patient-1";

// Asks for a record through the gateway for so long, for a profiler. Each time a line: what a request cost the gateway,
// the floor and nginx.
void load_gateway(const std::string& record, std::chrono::seconds span);

// nullopt: nginx is not installed, or no session came about.
[[nodiscard]] std::optional<GatewayCost> cost_of_gateway();

}  // namespace wardend::bench

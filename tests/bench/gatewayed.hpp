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

// The p99 of a call in microseconds: of GetToken, and of an echo in its place, which is asked in the same way. Nothing
// flows, or 50 MB/s do on the service's processor.
struct TokenWaits {
  double echo_quiet = 0, echo_beside_nginx = 0;
  double quiet = 0, beside_nginx = 0, beside_gateway = 0;
};

struct GatewayCost {
  RecordCost read = {};         // a record of 2 KB
  RecordCost search = {};       // a Bundle of 20 KB, judged and its addresses turned
  double large_seconds = 0;     // a Binary of 100 MB
  double large_growth_kib = 0;  // of the service's resident memory meanwhile
  double stream_kib = 0;        // of the same, for each stream whose reader takes nothing
  TokenWaits tokens = {};
  UpstreamSides upstream = {};
};

inline constexpr const char *a_record = "Patient/patient-1", *a_bundle = "Observation?patient=patient-1";

// Asks for a record through the gateway for so long, for a profiler. Each time a line: what a request cost the gateway,
// the floor and nginx.
void load_gateway(const std::string& record, std::chrono::seconds span);

// nullopt: nginx is not installed, or no session came about.
[[nodiscard]] std::optional<TokenWaits> waits_of_tokens();
[[nodiscard]] std::optional<GatewayCost> cost_of_gateway();

}  // namespace wardend::bench

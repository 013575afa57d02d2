// The gateway's way to a server, by libcurl as daemon/http drives it and by a client of Beast, before the same nginx:
// what each costs a request, and a body of 100 MB whose reader is as quick as it can be.
#pragma once

#include "tests/bench/nginx.hpp"

namespace wardend::bench {

struct SideCost {
  double p50 = 0;            // microseconds, a record of 2 KB, one request after the other
  double work = 0;           // microseconds of processor time for each of these
  double work_of_eight = 0;  // the same, eight under way at any time
  double large_work = 0;     // milliseconds of processor time for 100 MB
};
struct UpstreamSides {
  SideCost curl = {}, beast = {};
};

[[nodiscard]] UpstreamSides cost_of_upstream_sides(const Nginx& nginx);

}  // namespace wardend::bench

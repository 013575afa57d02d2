#include "tests/bench/requests.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include "tests/bench/documents.hpp"
#include "tests/bench/gatewayed.hpp"
#include "tests/bench/guarded.hpp"
#include "tests/bench/rewritten.hpp"
#include "tests/bench/table.hpp"

namespace wardend::bench {
namespace {

void parsing() {
  for (const std::size_t kibibytes : {64UL, 1024UL}) {
    const ParseCost cost = cost_of_parsing(kibibytes * 1024);
    std::printf("parsing %4zu KiB of JSON              at most %.1f ms, of %s (wanted: within 20)\n", kibibytes,
                cost.milliseconds, cost.shape.c_str());
  }
}

void guarding() {
  const GuardCost cost = cost_of_guard();
  std::printf("classify and decide without a body   %.2f us (wanted: under 5) %s\n", cost.decide_microseconds,
              cost.decide_microseconds < 5 ? "met" : "NOT MET");
  std::printf("walk a 50 KB resource                %.3f ms (wanted: under 0.5) %s\n", cost.walk_milliseconds,
              cost.walk_milliseconds < 0.5 ? "met" : "NOT MET");
}

void rewriting() {
  const RewritingRate rate = rate_of_rewriting();
  const double slowest = std::min({rate.compact, rate.indented, rate.worldly});
  std::printf("turning a Bundle's addresses          %.0f MB/s, indented %.0f, beyond ASCII %.0f (wanted: 300) %s\n",
              rate.compact, rate.indented, rate.worldly, slowest >= 300 ? "met" : "NOT MET");
}

void forwarding_rows(const std::string& what, const RecordCost& cost) {
  const auto added = [&](const char* where, const Forwardings& of) {
    row(what + ", added p50" + where, "us", of.gateway.added, of.nginx.added, of.gateway.added / of.nginx.added,
        "1.2, at most 100", of.gateway.added <= 1.2 * of.nginx.added && of.gateway.added <= 100);
  };
  const auto rates = [&](const char* where, double gateway, double nginx) {
    row(what + where, "1000/s", gateway / 1000, nginx / 1000, gateway / nginx, "at least 0.8", gateway >= 0.8 * nginx);
  };
  row(what + ", work", "us", cost.apart.gateway.work, cost.apart.nginx.work,
      cost.apart.gateway.work / cost.apart.nginx.work, "", true);
  added("", cost.apart);
  added(", one CPU", cost.together);
  row(what + ", p99", "us", cost.apart.gateway.p99, cost.apart.nginx.p99, cost.apart.gateway.p99 / cost.apart.nginx.p99,
      "at most 1000", cost.apart.gateway.p99 <= 1000);
  rates(", 1 connection", cost.apart.gateway.alone, cost.apart.nginx.alone);
  rates(", 8 connections", cost.apart.gateway.eight, cost.apart.nginx.eight);
  rates(", 8, one CPU", cost.together.gateway.eight, cost.together.nginx.eight);
}

void streaming_rows(const GatewayCost& cost) {
  row("GetToken p99, 50 MB/s flow", "us", cost.token_beside_flow, cost.token_beside_nginx,
      cost.token_beside_flow / cost.token_beside_nginx, "at most 1.2",
      cost.token_beside_flow <= 1.2 * cost.token_beside_nginx);
  std::printf("GetToken p99, nothing flows          %10.1f us\n", cost.token_quiet);
  std::printf("a Binary of 100 MB                   %.2f s, %.0f KiB more memory (wanted: at most 1024) %s\n",
              cost.large_seconds, cost.large_growth_kib, cost.large_growth_kib <= 1024 ? "met" : "NOT MET");
  std::printf("a stream whose reader takes nothing  %.0f KiB (wanted: at most 256) %s\n", cost.stream_kib,
              cost.stream_kib <= 256 ? "met" : "NOT MET");
}

// What decides between the two is the work: either waits for the same server.
void upstream_rows(const UpstreamSides& sides) {
  std::printf("\n%-36s %10s %10s\n", "", "libcurl", "Beast");
  const auto side = [](const char* what, const char* unit, double curl, double beast) {
    row(what, unit, curl, beast, curl / beast, "", true);
  };
  side("2 KB from the server, p50", "us", sides.curl.p50, sides.beast.p50);
  side("work for it", "us", sides.curl.work, sides.beast.work);
  side("work for it, 8 under way", "us", sides.curl.work_of_eight, sides.beast.work_of_eight);
  side("work for 100 MB", "ms", sides.curl.large_work, sides.beast.large_work);
}

}  // namespace

void print_requests() {
  parsing();
  guarding();
  print_gateway();
}

// Requests for the same server, plainly forwarded by nginx and through the gateway.
void print_gateway() {
  rewriting();
  const std::optional<GatewayCost> cost = cost_of_gateway();
  if (!cost) return void(std::printf("\nthe gateway beside nginx             not measured: nginx is not here\n"));
  std::printf("\n%-36s %10s %10s\n", "", "gateway", "nginx");
  forwarding_rows("2 KB", cost->read);
  forwarding_rows("a Bundle of 20 KB", cost->search);
  std::printf("asked directly, p50                  %.1f us for 2 KB, %.1f for 20 KB\n", cost->read.direct,
              cost->search.direct);
  streaming_rows(*cost);
  upstream_rows(cost->upstream);
}

}  // namespace wardend::bench

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

// Requests for the same server, plainly forwarded by nginx and through the gateway.
void gatewaying() {
  const std::optional<GatewayCost> cost = cost_of_gateway();
  if (!cost) return void(std::printf("\nthe gateway beside nginx             not measured: nginx is not here\n"));
  std::printf("\n%-36s %10s %10s\n", "", "gateway", "nginx");
  const auto rows = [](const char* what, const Forwarding& gateway, const Forwarding& nginx) {
    const double added = gateway.p50 - nginx.p50;
    row(std::string(what) + ", p50", "us", gateway.p50, nginx.p50, gateway.p50 / nginx.p50, "1.2, 100 us more",
        gateway.p50 <= 1.2 * nginx.p50 && added <= 100);
    row(std::string(what) + ", p99", "us", gateway.p99, nginx.p99, gateway.p99 / nginx.p99, "at most 1000 us",
        gateway.p99 <= 1000);
    row(std::string(what) + ", 8 connections", "1000/s", gateway.per_second / 1000, nginx.per_second / 1000,
        gateway.per_second / nginx.per_second, "at least 0.8", gateway.per_second >= 0.8 * nginx.per_second);
  };
  rows("a record of 2 KB", cost->gateway_read, cost->nginx_read);
  rows("a Bundle of 20 KB", cost->gateway_search, cost->nginx_search);
  std::printf("a Binary of 100 MB                   %.2f s, %.0f KiB more memory (wanted: at most 1024)\n",
              cost->large_seconds, cost->large_growth_kib);
}

}  // namespace

void print_requests() {
  parsing();
  guarding();
  rewriting();
  gatewaying();
}

}  // namespace wardend::bench

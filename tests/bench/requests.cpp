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

// A figure of the gateway beside the floor's, with what is wanted of it; and to know, nginx's.
struct Beside {
  const char* what;
  const char* unit;
  double Forwarding::* figure;
  double unit_is = 1;
};
void beside(const std::string& record, const Beside& row, const Forwardings& of, const char* wanted, bool met) {
  const double gateway = of.gateway.*row.figure / row.unit_is, floor = of.floor.*row.figure / row.unit_is;
  const double by_beast = of.floor_by_beast.*row.figure / row.unit_is, nginx = of.nginx.*row.figure / row.unit_is;
  std::printf("%-34s %8.1f %8.1f %-6s %5.2f  %-16s %-8s %8.1f %8.1f %7.2f %7.2f\n", (record + row.what).c_str(),
              gateway, floor, row.unit, gateway / floor, wanted, *wanted == '\0' ? "" : (met ? "met" : "NOT MET"),
              by_beast, nginx, gateway / nginx, floor / nginx);
}

// The goals are those of daemon/gateway/README.md.
void forwarding_rows(const std::string& record, const RecordCost& cost) {
  const auto row = [&](const Beside& what, const Forwardings& of, const char* wanted = "", bool met = true) {
    beside(record, what, of, wanted, met);
  };
  const auto share = [](const Forwardings& of, double Forwarding::* figure) {
    return of.gateway.*figure / of.floor.*figure;
  };
  const Forwardings &apart = cost.apart, &together = cost.together;
  row({", work", "us", &Forwarding::work}, apart, "at most 3", share(apart, &Forwarding::work) <= 3);
  row({", added p50", "us", &Forwarding::added}, apart);
  row({", added p50, one CPU", "us", &Forwarding::added}, together, "at most 2.5",
      share(together, &Forwarding::added) <= 2.5);
  row({", p99", "us", &Forwarding::p99}, apart, "at most 1000 us", apart.gateway.p99 <= 1000);
  row({", 1 connection", "1000/s", &Forwarding::alone, 1000}, apart);
  row({", 8 connections", "1000/s", &Forwarding::eight, 1000}, apart);
  row({", 8, one CPU", "1000/s", &Forwarding::eight, 1000}, together, "at least 0.4",
      share(together, &Forwarding::eight) >= 0.4);
}

// What an echo waits beside nginx is the machine's: two processors have the client, two nginx and what forwards.
void token_rows(const TokenWaits& waits) {
  const double to_control = waits.beside_gateway / waits.echo_beside_nginx;
  row("GetToken beside the gateway; the echo", "us", waits.beside_gateway, waits.echo_beside_nginx, to_control,
      "at most 1.2", to_control <= 1.2);
  row("GetToken, the gateway's flow; nginx's", "us", waits.beside_gateway, waits.beside_nginx,
      waits.beside_gateway / waits.beside_nginx, "", true);
  row("GetToken, flow; nothing flows", "us", waits.beside_gateway, waits.quiet, waits.beside_gateway / waits.quiet, "",
      true);
  row("the echo, flow; nothing flows", "us", waits.echo_beside_nginx, waits.echo_quiet,
      waits.echo_beside_nginx / waits.echo_quiet, "", true);
}

void streaming_rows(const GatewayCost& cost) {
  std::printf("\np99 of a call, 50 MB/s flow on the service's processor\n");
  token_rows(cost.tokens);
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

void print_tokens_beside_flow() {
  if (const auto waits = waits_of_tokens()) token_rows(*waits);
}

// Requests for the same server, plainly forwarded by nginx and through the gateway.
void print_gateway() {
  rewriting();
  const std::optional<GatewayCost> cost = cost_of_gateway();
  if (!cost) return void(std::printf("\nthe gateway beside nginx             not measured: nginx is not here\n"));
  std::printf("\n%-34s %8s %8s %-6s %5s  %-16s %-8s %8s %8s %7s %7s\n", "", "gateway", "floor", "", "ratio", "wanted",
              "", "by Beast", "nginx", "gateway", "floor");
  std::printf("%-34s %8s %8s %-6s %5s  %-16s %-8s %8s %8s %7s %7s\n", "", "", "", "", "", "", "", "", "", "/nginx",
              "/nginx");
  forwarding_rows("2 KB", cost->read);
  forwarding_rows("a Bundle of 20 KB", cost->search);
  std::printf("asked directly, p50                  %.1f us for 2 KB, %.1f for 20 KB\n", cost->read.direct,
              cost->search.direct);
  streaming_rows(*cost);
  upstream_rows(cost->upstream);
}

}  // namespace wardend::bench

// The measurements of wardend, each beside a yardstick of the same run, as ratios. Prints a table, and gates nothing;
// it fails only where what it was to measure did not come about.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "tests/bench/gatewayed.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/requests.hpp"
#include "tests/bench/sessions.hpp"
#include "tests/bench/statement.hpp"
#include "tests/bench/table.hpp"
#include "tests/bench/trail.hpp"
#include "tests/bench/wire.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::bench {
namespace {

constexpr std::size_t rounds = 25;
constexpr std::size_t calls_a_round = 4000;
constexpr std::size_t depth = 32;

// A site whose one session has a token for an hour, and an echo beside it with frames of the same sizes.
struct Bench {
  Bench() {
    site.start({.fhir_base = sandbox.fhir_base(),
                .scopes = test::writing_scopes(),
                .more = statement.configuration(site.loopback() + "/callback")});
    session = site.launched_session();
    frame = R"({"method":"org.wardend.Broker.GetToken","parameters":{"session":")" + session + "\"}}" + '\0';
    broker = connect(site.folder() / "broker.sock");
    reply_bytes = reply_to(broker.get(), frame).size();
    echo.emplace(site.folder() / "echo.sock", reply_bytes);
    other = connect(site.folder() / "echo.sock");
  }
  test::Site site;
  test::Sandbox sandbox{site, 3600};
  StatementServer statement{site.folder() / "big"};
  std::string session, frame;
  std::size_t reply_bytes = 0;
  FileDescriptor broker, other;
  std::optional<Echo> echo;
};

// Client and servers on one processor: what is compared is the work, and that is what was asked for. On a processor
// each: the wake-up of an idle processor is most of it, as on a quiet workstation.
enum class Placement { one_processor, a_processor_each };

void get_token(Bench& bench, Placement placement) {
  pin(bench.site.wardend().pid(), 0);
  pin(bench.echo->pid(), 0);
  pin(::getpid(), placement == Placement::one_processor ? 0 : 1);
  std::vector<double> broker50, broker99, echo50, echo99, ratios, broker_rate, echo_rate, rate_ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto broker = round_trips(bench.broker.get(), bench.frame, calls_a_round);
    const auto echo = round_trips(bench.other.get(), bench.frame, calls_a_round);
    broker50.push_back(percentile(broker, 50));
    broker99.push_back(percentile(broker, 99));
    echo50.push_back(percentile(echo, 50));
    echo99.push_back(percentile(echo, 99));
    ratios.push_back(broker50.back() / echo50.back());
    broker_rate.push_back(pipelined(bench.broker.get(), bench.frame, calls_a_round, depth));
    echo_rate.push_back(pipelined(bench.other.get(), bench.frame, calls_a_round, depth));
    rate_ratios.push_back(broker_rate.back() / echo_rate.back());
  }
  const bool one = placement == Placement::one_processor;
  const std::string where = one ? ", one CPU" : ", two CPUs";
  const double ratio = percentile(ratios, 50), rate_ratio = percentile(rate_ratios, 50);
  row("GetToken round trip, p50" + where, "us", percentile(broker50, 50), percentile(echo50, 50), ratio,
      one ? "at most 1.6" : "", ratio <= 1.6);
  const double ratio99 = percentile(broker99, 50) / percentile(echo99, 50);
  row("GetToken round trip, p99" + where, "us", percentile(broker99, 50), percentile(echo99, 50), ratio99, "", true);
  row("GetToken pipelined" + where, "1000/s", percentile(broker_rate, 50) / 1000, percentile(echo_rate, 50) / 1000,
      rate_ratio, one ? "at least 0.5" : "", rate_ratio >= 0.5);
}

// As scripts do it: connect, ask, close.
void get_token_on_new_connections(Bench& bench, Placement placement, std::size_t workers) {
  constexpr std::size_t calls = 400;
  pin(bench.site.wardend().pid(), 0);
  pin(bench.echo->pid(), 0);
  pin(::getpid(), placement == Placement::one_processor ? 0 : 1);
  std::vector<double> broker50, echo50, ratios;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto path = [&](const char* name) { return (bench.site.folder() / name).string(); };
    broker50.push_back(percentile(new_connection_calls(path("broker.sock"), bench.frame, calls, workers), 50));
    echo50.push_back(percentile(new_connection_calls(path("echo.sock"), bench.frame, calls, workers), 50));
    ratios.push_back(broker50.back() / echo50.back());
  }
  const double ratio = percentile(ratios, 50);
  row("new connection, " + std::to_string(workers) + (workers == 1 ? " worker" : " workers") +
          (placement == Placement::one_processor ? ", one CPU" : ", two CPUs"),
      "us", percentile(broker50, 50), percentile(echo50, 50), ratio, "at most 1.5", ratio <= 1.5);
}

void get_token_with_and_without_a_trail(Bench& bench) {
  const TrailShare share =
      share_of_trail(bench.broker.get(), bench.frame, bench.site.wardend().pid(), {rounds, calls_a_round, depth});
  std::printf("\n%-36s %10s %10s\n", "", "audited", "silent");
  row("GetToken round trip, p50", "us", share.audited_microseconds, share.silent_microseconds, share.ratio,
      "at least 0.85", share.ratio >= 0.85);
  row("GetToken pipelined", "1000/s", share.audited_rate / 1000, share.silent_rate / 1000, share.rate_ratio,
      "at least 0.85", share.rate_ratio >= 0.85);
}

// A refresh has reached the token endpoint and gets no answer.
bool a_refresh_hangs(const test::Sandbox& sandbox) {
  const nlohmann::json log = sandbox.log();
  if (!log.is_object()) return false;
  return std::ranges::any_of(log.value("requests", nlohmann::json::array()), [](const nlohmann::json& request) {
    return request.value("grant_type", "") == "refresh_token" && request.value("fault", "") == "hang";
  });
}

// Without a refresh that hangs there is nothing to measure: false, and a figure that means nothing is not printed.
[[nodiscard]] bool while_the_token_endpoint_hangs(Bench& bench) {
  bench.sandbox.set("config", {{"token_life", 8}});
  const std::string hanging = bench.site.launched_session();
  bench.sandbox.fault({{"at", "token"}, {"kind", "hang"}});
  if (!test::eventually([&] { return a_refresh_hangs(bench.sandbox); }, std::chrono::seconds(20))) {
    std::fprintf(stderr, "bench: within 20 s no refresh has reached the token endpoint; session \"%s\", sandbox %s\n",
                 hanging.c_str(), bench.sandbox.stats().dump().c_str());
    return false;
  }
  std::vector<double> microseconds;
  for (int i = 0; i < 500; ++i) {
    const auto some = round_trips(bench.broker.get(), bench.frame, 20);
    microseconds.insert(microseconds.end(), some.begin(), some.end());
    test::pause_briefly();
  }
  bench.sandbox.no_faults();
  const double p99 = percentile(microseconds, 99);
  std::printf("%-36s %10.1f %10s %-10s %6s   %-16s %s\n", "GetToken, token endpoint hangs, p99", p99, "", "us", "",
              "under 2000", p99 < 2000 ? "met" : "NOT MET");
  return true;
}

// AuthorizeWrite for a create with a resource of 50 KB; the patient's record was read less than a minute ago.
[[nodiscard]] bool authorize_write(Bench& bench) {
  nlohmann::json resource = test::observation("patient-1");
  resource["note"] = nlohmann::json::array();
  while (resource.dump().size() < 50'000)
    resource["note"].push_back({{"text", std::string(180, 'x')}, {"time", "2026-05-04T08:30:00Z"}});
  const nlohmann::json call = {{"method", "org.wardend.Broker.AuthorizeWrite"},
                               {"parameters", test::creation(bench.session, resource)}};
  const std::string frame = call.dump() + '\0';
  const std::string reply = reply_to(bench.broker.get(), frame);
  if (!reply.contains("permit")) {
    std::fprintf(stderr, "bench: the write was not permitted: %s\n", reply.c_str());
    return false;
  }
  const auto microseconds = round_trips(bench.broker.get(), frame, 1000);
  const double p99 = percentile(microseconds, 99);
  std::printf("%-36s %10.1f %10.1f %-10s %6s   %-16s %s\n", "AuthorizeWrite, 50 KB: p50, p99",
              percentile(microseconds, 50), p99, "us", "", "p99 under 2000", p99 < 2000 ? "met" : "NOT MET");
  return true;
}

// GetToken, again and again, while a CapabilityStatement of 15 MB is fetched, read and compared.
[[nodiscard]] bool while_a_statement_is_verified(Bench& bench) {
  constexpr int verifications = 5;
  const std::string frame =
      std::string(R"({"method":"org.wardend.Control.VerifyApp","parameters":{"app":"reader","server":"big"}})") + '\0';
  std::atomic<bool> over = false;
  std::string reply;
  std::thread verification([&] {
    const FileDescriptor control = connect(bench.site.folder() / "control.sock");
    for (int i = 0; i < verifications; ++i) reply = reply_to(control.get(), frame);
    over = true;
  });
  std::vector<double> microseconds;
  while (!over) {
    const auto some = round_trips(bench.broker.get(), bench.frame, 10);
    microseconds.insert(microseconds.end(), some.begin(), some.end());
  }
  verification.join();
  if (!reply.contains("\"ready\":true")) {
    std::fprintf(stderr, "bench: the app was not found ready: %s\n", reply.c_str());
    return false;
  }
  const double p99 = percentile(microseconds, 99);
  std::printf("%-36s %10.1f %10.1f %-10s %6s   %-16s %s\n", "GetToken, 15 MB verified: p99, most", p99,
              percentile(microseconds, 100), "us", "", "p99 under 2000", p99 < 2000 ? "met" : "NOT MET");
  return true;
}

void print_memory(const Memory& idle) {
  std::printf("\nmemory with one session              %.1f MiB resident, %.1f MiB its own\n", idle.resident_kib / 1024,
              idle.own_kib / 1024);
}

void print_start(Bench& bench) {
  const auto config = bench.site.config().string();
  (void)bench.site.stop();
  const auto milliseconds = starts(test::program("wardend"), config, 20);
  std::printf("\nstart to READY=1                     median %.1f ms, longest %.1f ms\n", percentile(milliseconds, 50),
              percentile(milliseconds, 100));
}

void print_sessions() {
  const SessionCost cost = cost_of_sessions(10'000, 50);
  std::printf(
      "each of 10,000 sessions              %.0f bytes of heap, tokens of 1,000 and 200 bytes and the prepared "
      "reply included\n",
      cost.heap_bytes);
  std::printf("one more session                     %.1f us to store, plan and prepare\n", cost.add_microseconds);
  const ClearCost clear = cost_of_clearing(10'000, 50, 9);
  std::printf("clearing one of 50 login sessions    median %.1f ms, longest %.1f ms (200 of 10,000 sessions)\n",
              percentile(clear.one_milliseconds, 50), percentile(clear.one_milliseconds, 100));
  std::printf("clearing all 50                      median %.1f ms, longest %.1f ms (wanted: within 50)\n",
              percentile(clear.all_milliseconds, 50), percentile(clear.all_milliseconds, 100));
}

enum class What { all, calls, connections, start };

void get_tokens(Bench& bench, What what) {
  if (what != What::connections) {
    get_token(bench, Placement::one_processor);
    get_token(bench, Placement::a_processor_each);
  }
  for (const Placement placement : {Placement::one_processor, Placement::a_processor_each})
    for (const std::size_t workers : {1UL, 4UL}) get_token_on_new_connections(bench, placement, workers);
}

int measure(What what) {
  Bench bench;
  const Memory idle = memory_of(bench.site.wardend().pid());
  if (what == What::start) {
    print_memory(idle);
    print_start(bench);
    return 0;
  }
  std::printf("frames of %zu and %zu bytes, %zu rounds of %zu calls beside an epoll echo; medians\n\n",
              bench.frame.size(), bench.reply_bytes, rounds, calls_a_round);
  std::printf("%-36s %10s %10s %-10s %6s   %-16s\n", "", "wardend", "echo", "", "ratio", "wanted");
  get_tokens(bench, what);
  if (what != What::all) return 0;
  get_token_with_and_without_a_trail(bench);
  const bool permitted = authorize_write(bench);
  const bool verified = while_a_statement_is_verified(bench);
  const bool whole = while_the_token_endpoint_hangs(bench);
  print_memory(idle);
  print_start(bench);
  print_sessions();
  print_trail_costs();
  print_requests();
  return whole && permitted && verified ? 0 : 1;
}

}  // namespace
}  // namespace wardend::bench

// `bench calls`, `bench connections`, `bench start`, `bench gateway`, `bench flow`: that part alone. `bench load`,
// `bench load bundle`: what a profiler looks at.
int main(int count, char** arguments) {
  using wardend::bench::What;
  const std::string_view part = count > 1 ? arguments[1] : "";
  wardend::log::set_level(wardend::log::Level::warn);
  if (part.empty()) return wardend::bench::measure(What::all);
  if (part == "calls") return wardend::bench::measure(What::calls);
  if (part == "connections") return wardend::bench::measure(What::connections);
  if (part == "start") return wardend::bench::measure(What::start);
  if (part == "gateway") wardend::bench::print_gateway();
  if (part == "flow") wardend::bench::print_tokens_beside_flow();
  if (part == "load")
    wardend::bench::load_gateway(count > 2 ? wardend::bench::a_bundle : wardend::bench::a_record,
                                 std::chrono::seconds(20));
  return part == "gateway" || part == "flow" || part == "load" ? 0 : 2;
}

#include "tests/bench/gatewayed.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/forwarder.hpp"
#include "tests/bench/http_load.hpp"
#include "tests/bench/nginx.hpp"
#include "tests/bench/process.hpp"
#include "tests/bench/wire.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

constexpr std::size_t rounds = 5, connections = 8, streams = 32;
constexpr double flow = 50e6;                                                  // bytes a second
constexpr int servers_processor = 1, together = servers_processor, apart = 0;  // where what forwards is kept
constexpr auto settles_within = std::chrono::seconds(3);

double seconds_since(Now::time_point begun) { return std::chrono::duration<double>(Now::now() - begun).count(); }

double median(std::vector<double> samples) { return percentile(std::move(samples), 50); }

// A way to one record: its door, and how it is asked for there.
struct Way {
  Door door;
  std::string target;
  pid_t process;  // that forwards
};

// The service with one session, nginx, and the floor with either way to the server.
struct Stage {
  Stage() : port(test::free_port()), sandbox(site, 3600, {"--origin", "http://127.0.0.1:" + std::to_string(port)}) {
    nginx = std::make_unique<Nginx>(site.folder() / "nginx", port, sandbox.address());
    site.start({.fhir_base = nginx->base(), .scopes = {"openid", "fhirUser", "offline_access", "patient/*.rs"}});
    for (const auto upstream : {Forwarder::Upstream::libcurl, Forwarder::Upstream::beast})
      floors.push_back(std::make_unique<Forwarder>(site.folder() / ("floor" + std::to_string(floors.size()) + ".sock"),
                                                   port, upstream));
    if (site.launch().exit_code != 0) return;
    session = test::ask(*std::make_unique<client::Client>(site.broker()), "Broker.ListSessions")
                  .at("sessions")
                  .at(0)
                  .value("id", "");
    // A loop that goes before others is woken for each byte, one that does not for many at once. That is no library's.
    const int priority = ::getpriority(PRIO_PROCESS, static_cast<id_t>(site.wardend().pid()));
    for (const auto& floor : floors) ::setpriority(PRIO_PROCESS, static_cast<id_t>(floor->process()), priority);
    place(apart);
  }
  // The client is where the server is.
  void place(int forwarders) {
    nginx->place(servers_processor, forwarders);
    pin(site.wardend().pid(), forwarders);
    for (const auto& floor : floors) pin(floor->process(), forwarders);
    pin(::getpid(), servers_processor);
  }
  [[nodiscard]] Way direct(const std::string& record) const { return {nginx->direct(), "/fhir/" + record, 0}; }
  [[nodiscard]] Way by_nginx(const std::string& record) const {
    return {nginx->forwarder(), "/fhir/" + record, nginx->forwarding_process()};
  }
  [[nodiscard]] Way by_floor(const std::string& record, Forwarder::Upstream upstream) const {
    const Forwarder& floor = *floors[upstream == Forwarder::Upstream::libcurl ? 0 : 1];
    return {floor.door(), "/fhir/" + record, floor.process()};
  }
  [[nodiscard]] Way by_gateway(const std::string& record) {
    return {{.path = (site.folder() / "fhir.sock").string()}, "/fhir/" + session + "/" + record, site.wardend().pid()};
  }
  [[nodiscard]] double resident_kib() { return memory_of(site.wardend().pid()).resident_kib; }

  test::Site site;
  std::uint16_t port;
  test::Sandbox sandbox;
  std::unique_ptr<Nginx> nginx;
  std::vector<std::unique_ptr<Forwarder>> floors;
  std::string session;  // empty: none came about
};

std::vector<double> asked(const Way& way, std::size_t number) { return gets(way.door, way.target, number); }

// The rounds of one way.
struct Rounds {
  std::vector<double> added, p99, alone, eight, work;
  void measure(const Way& way, double direct, std::size_t number) {
    const auto begun = Now::now();
    const auto some = asked(way, number);
    alone.push_back(static_cast<double>(number) / seconds_since(begun));
    added.push_back(percentile(some, 50) - direct);
    p99.push_back(percentile(some, 99));
    const double before = worked_microseconds(way.process);
    eight.push_back(gets_a_second(way.door, way.target, 2 * number, connections));
    work.push_back((worked_microseconds(way.process) - before) / static_cast<double>(2 * number));
  }
  [[nodiscard]] Forwarding medians() const {
    return {.added = median(added),
            .p99 = median(p99),
            .alone = median(alone),
            .eight = median(eight),
            .work = median(work)};
  }
};

Forwardings forwardings(Stage& stage, const std::string& record, std::size_t number, double* direct_p50 = nullptr) {
  std::vector<double> direct;
  Rounds nginx, gateway, floor, floor_by_beast;
  for (std::size_t round = 0; round < rounds; ++round) {
    direct.push_back(percentile(asked(stage.direct(record), number), 50));
    nginx.measure(stage.by_nginx(record), direct.back(), number);
    gateway.measure(stage.by_gateway(record), direct.back(), number);
    floor.measure(stage.by_floor(record, Forwarder::Upstream::libcurl), direct.back(), number);
    floor_by_beast.measure(stage.by_floor(record, Forwarder::Upstream::beast), direct.back(), number);
  }
  if (direct_p50 != nullptr) *direct_p50 = median(direct);
  return {.gateway = gateway.medians(),
          .floor = floor.medians(),
          .floor_by_beast = floor_by_beast.medians(),
          .nginx = nginx.medians()};
}

RecordCost cost_of(Stage& stage, const std::string& record, std::size_t number) {
  RecordCost cost;
  stage.place(apart);
  cost.apart = forwardings(stage, record, number, &cost.direct);
  stage.place(together);
  cost.together = forwardings(stage, record, number);
  stage.place(apart);
  return cost;
}

// What a reader takes that does not read: a window here, and what lies in the sockets.
double stream_kib(Stage& stage) {
  const Way way = stage.by_gateway("Binary/large");
  const double before = stage.resident_kib();
  std::vector<FileDescriptor> readers;
  for (std::size_t i = 0; i < streams; ++i) {
    readers.push_back(connect(way.door));
    send_get(readers.back().get(), way.target);
  }
  double now = before, last = 0;
  for (const auto until = Now::now() + settles_within; now != last && Now::now() < until;) {
    last = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    now = stage.resident_kib();
  }
  return (now - before) / static_cast<double>(streams);
}

// The p99 of calls, one after the other, while a Binary flows that way; without a way: while nothing does.
double p99_beside(const Way* way, const std::string& socket, const std::string& frame) {
  const FileDescriptor asked = connect(socket);
  std::atomic<bool> over = way == nullptr;
  std::jthread reader([&] {
    if (way != nullptr) get_slowly(way->door, way->target, flow);
    over = true;
  });
  std::vector<double> microseconds;
  for (std::size_t i = 0; i < 200 || !over; ++i) {
    const auto some = round_trips(asked.get(), frame, 20);
    microseconds.insert(microseconds.end(), some.begin(), some.end());
  }
  return percentile(microseconds, 99);
}

// The echo is where the service is: what it waits for is the machine's.
TokenWaits waits_of_tokens(Stage& stage) {
  const std::string broker = (stage.site.folder() / "broker.sock").string();
  const std::string echo_at = (stage.site.folder() / "echo.sock").string();
  const std::string frame =
      R"({"method":"org.wardend.Broker.GetToken","parameters":{"session":")" + stage.session + "\"}}" + '\0';
  const Echo echo(echo_at, reply_to(connect(broker).get(), frame).size());
  pin(echo.pid(), apart);
  const Way nginx = stage.by_nginx("Binary/large"), gateway = stage.by_gateway("Binary/large");
  std::vector<double> echo_quiet, echo_beside_nginx, quiet, beside_nginx, beside_gateway;
  for (std::size_t round = 0; round < rounds; ++round) {
    echo_quiet.push_back(p99_beside(nullptr, echo_at, frame));
    echo_beside_nginx.push_back(p99_beside(&nginx, echo_at, frame));
    quiet.push_back(p99_beside(nullptr, broker, frame));
    beside_nginx.push_back(p99_beside(&nginx, broker, frame));
    beside_gateway.push_back(p99_beside(&gateway, broker, frame));
  }
  return {.echo_quiet = median(echo_quiet),
          .echo_beside_nginx = median(echo_beside_nginx),
          .quiet = median(quiet),
          .beside_nginx = median(beside_nginx),
          .beside_gateway = median(beside_gateway)};
}

}  // namespace

void load_gateway(const std::string& record, std::chrono::seconds span) {
  Stage stage;
  if (stage.session.empty()) throw std::runtime_error("no session came about");
  const Way way = stage.by_gateway(record);
  std::printf("wardend is process %d\n", way.process);
  std::fflush(stdout);
  for (const auto until = Now::now() + span; Now::now() < until;) {
    Rounds gateway, floor, nginx;
    gateway.measure(way, 0, 1000);
    floor.measure(stage.by_floor(record, Forwarder::Upstream::libcurl), 0, 1000);
    nginx.measure(stage.by_nginx(record), 0, 1000);
    for (const Rounds& of : {gateway, floor, nginx})
      std::printf("%6.1f us, p50 %6.1f us, %6.0f/s   ", of.work[0], of.added[0], of.eight[0]);
    std::printf("\n");
    std::fflush(stdout);
  }
}

std::optional<TokenWaits> waits_of_tokens() {
  if (test::run({.arguments = {"nginx", "-v"}}).exit_code != 0) return std::nullopt;
  Stage stage;
  if (stage.session.empty()) return std::nullopt;
  return waits_of_tokens(stage);
}

std::optional<GatewayCost> cost_of_gateway() {
  if (test::run({.arguments = {"nginx", "-v"}}).exit_code != 0) return std::nullopt;
  Stage stage;
  if (stage.session.empty()) return std::nullopt;
  GatewayCost cost;
  cost.read = cost_of(stage, a_record, 3000);
  cost.search = cost_of(stage, a_bundle, 1000);
  cost.tokens = waits_of_tokens(stage);
  const double before = stage.resident_kib();
  const auto begun = Now::now();
  static_cast<void>(asked(stage.by_gateway("Binary/large"), 1));
  cost.large_seconds = seconds_since(begun);
  cost.large_growth_kib = stage.resident_kib() - before;
  cost.stream_kib = stream_kib(stage);
  cost.upstream = cost_of_upstream_sides(*stage.nginx);
  return cost;
}

}  // namespace wardend::bench

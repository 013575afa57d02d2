#include "daemon/server/prober.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using test::World;

// Two servers behind one EHR, and the times at which each was asked.
struct ProbedWorld : World {
  struct Watch final : HttpClient {
    explicit Watch(ProbedWorld& of) : world(of) {}
    asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
      const std::string server = request.url.starts_with("https://lab.") ? "lab" : "ehr";
      world.asked[server].push_back(world.clock.now());
      if (busy != 0) co_return HttpResponse{.status = busy, .headers = {{"retry-after", "600"}}};
      most_at_once = std::max(most_at_once, ++under_way);
      auto answer = co_await world.ehr.send(std::move(request));
      --under_way;
      co_return answer;
    }
    void give_up(BootTime last) override { world.ehr.give_up(last); }
    ProbedWorld& world;
    int under_way = 0;
    int most_at_once = 0;
    int busy = 0;  // answers with this status, and wants ten minutes
  };
  std::map<std::string, std::vector<BootTime>> asked;
  Watch watch{*this};
  server::ServerDirectory probed{loop.get_executor(), clock, watch, config, server_health, vault};
  server::Prober prober{loop.get_executor(), clock, Beat("machine"), probed, server_health, config};

  ~ProbedWorld() {
    TaskGroup closing(loop.get_executor());
    closing.spawn("prober", prober.shut_down());
    closing.spawn("directory", probed.shut_down());
    clock.settle();
  }
  std::shared_ptr<config::Config> with_lab() {
    auto next = std::make_shared<config::Config>(*settings);
    next->servers.push_back(
        {.name = "lab", .fhir_base_url = *fhir::BaseUrl::parse("https://lab.ehr.example.org/fhir")});
    return next;
  }
};

TEST(Prober, AsksAtOnceAndThenOnceAnInterval) {
  ProbedWorld world;
  world.prober.start();
  world.clock.advance(1h);
  const auto& times = world.asked["ehr"];
  ASSERT_EQ(times.size(), 121U);
  EXPECT_GE(times[1] - times[0], 6s);
  EXPECT_LE(times[1] - times[0], 36s);
  for (std::size_t i = 2; i < times.size(); ++i) EXPECT_EQ(times[i] - times[i - 1], 30s);
  EXPECT_EQ(world.prober.durations().at("ehr").count, times.size());
  EXPECT_EQ(world.server_health.record("ehr").link.state, server::State::up);
}

// A sleep, a reload and a start ask at once; from then on a machine has its own moments again, whoever began with it.
TEST(Prober, MachinesThatWakeTogetherAskApart) {
  std::set<BootTime> moments;
  for (int machine = 0; machine < 20; ++machine) {
    ProbedWorld world;
    server::Prober prober{
        world.loop.get_executor(), world.clock, Beat("machine-" + std::to_string(machine)), world.probed,
        world.server_health,       world.config};
    prober.start();
    world.clock.advance(5min);
    prober.probe_now();
    world.clock.advance(1min);
    moments.insert(world.asked["ehr"].back());
    TaskGroup closing(world.loop.get_executor());
    closing.spawn("prober", prober.shut_down());
    world.clock.settle();
  }
  EXPECT_EQ(moments.size(), 20U);
}

// However long an answer takes, and whatever else brings a probe about.
TEST(Prober, NeverAsksTwiceInAnIntervalButAtAStartAndAfterASleep) {
  ProbedWorld world;
  world.ehr.latency = 4s;
  world.prober.start();
  world.clock.advance(1min);
  const std::size_t before = world.asked["ehr"].size();
  world.prober.probe_now();
  world.clock.advance(1h);
  EXPECT_LE(world.asked["ehr"].size() - before, 122U);
}

TEST(Prober, ReadsTheIntervalOfEachServerAnew) {
  ProbedWorld world;
  world.prober.start();
  auto slow = std::make_shared<config::Config>(*world.settings);
  slow->servers.front().health.interval = std::chrono::minutes(10);
  world.clock.advance(1min);
  world.config.replace(slow);
  world.clock.advance(1min);
  const auto before = world.asked["ehr"].size();
  world.clock.advance(1h);
  EXPECT_LE(world.asked["ehr"].size() - before, 8U);
}

TEST(Prober, KeepsOneProbeAServerHoweverOftenItIsStarted) {
  ProbedWorld world;
  for (int i = 0; i < 5; ++i) world.prober.start();
  world.clock.advance(10min);
  for (int i = 0; i < 5; ++i) world.prober.start();
  world.clock.advance(10min);
  EXPECT_LE(world.asked["ehr"].size(), 52U);
  EXPECT_EQ(world.watch.most_at_once, 1);
}

TEST(Prober, AsksANewServerAfterAReloadAndStopsWhenItIsTakenOut) {
  ProbedWorld world;
  world.prober.start();
  world.clock.advance(1min);
  EXPECT_TRUE(world.asked["lab"].empty());
  world.config.replace(world.with_lab());
  world.prober.start();
  world.clock.advance(1s);
  EXPECT_EQ(world.asked["lab"].size(), 1U);
  world.config.replace(world.settings);
  world.prober.start();
  world.clock.advance(10min);
  EXPECT_EQ(world.asked["lab"].size(), 1U) << "a server that is not configured is never asked";
  world.config.replace(world.with_lab());
  world.prober.start();
  world.clock.advance(1s);
  EXPECT_EQ(world.asked["lab"].size(), 2U) << "and comes back with the next reload";
}

TEST(Prober, LeavesAServerAloneThatTheAuditTrailIsSentToAndNoAppUses) {
  ProbedWorld world;
  auto next = world.with_lab();
  next->audit.forward_to = "lab";
  world.config.replace(next);
  world.prober.start();
  world.clock.advance(10min);
  EXPECT_TRUE(world.asked["lab"].empty());
  EXPECT_FALSE(world.asked["ehr"].empty());
}

TEST(Prober, AsksAServerOfAnAppThatTheAuditTrailIsSentToAsWell) {
  ProbedWorld world;
  auto next = std::make_shared<config::Config>(*world.settings);
  next->audit.forward_to = "ehr";
  world.config.replace(next);
  world.prober.start();
  world.clock.advance(10min);
  EXPECT_GT(world.asked["ehr"].size(), 7U);
}

TEST(Prober, LeavesAServerAloneForAsLongAsItAsks) {
  ProbedWorld world;
  for (const int status : {429, 503}) {
    world.watch.busy = status;
    world.prober.start();
    world.prober.probe_now();
    world.clock.advance(1h);
    const auto& times = world.asked["ehr"];
    ASSERT_GT(times.size(), 4U) << "and asks again then";
    for (std::size_t i = times.size() - 3; i < times.size(); ++i) {
      EXPECT_GE(times[i] - times[i - 1], 10min) << status;
      EXPECT_LE(times[i] - times[i - 1], 10min + 30s)
          << status << ": each workstation some time in the interval after that";
    }
  }
}

TEST(Prober, GoesOnWhileTheServerDoesNotAnswer) {
  ProbedWorld world;
  world.ehr.down = true;
  world.prober.start();
  world.clock.advance(5min);
  EXPECT_GT(world.asked["ehr"].size(), 7U);
  EXPECT_EQ(world.server_health.record("ehr").link.state, server::State::down);
  world.ehr.down = false;
  world.clock.advance(90s);
  EXPECT_EQ(world.server_health.record("ehr").link.state, server::State::up);
}

TEST(Prober, WaitsNoLongerThanTheServersTimeout) {
  ProbedWorld world;
  struct Silent final : HttpClient {
    explicit Silent(Clock& of) : clock(of) {}
    asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
      timeout = request.timeout;
      co_await clock.sleep_for(request.timeout);
      co_return std::unexpected(HttpFailure{.kind = HttpFailure::Kind::timeout});
    }
    Clock& clock;
    std::chrono::milliseconds timeout{};
  } silent{world.clock};
  auto quick = std::make_shared<config::Config>(*world.settings);
  quick->servers.front().health.timeout = std::chrono::milliseconds(700);
  world.config.replace(quick);
  server::ServerDirectory directory{world.loop.get_executor(), world.clock, silent, world.config,
                                    world.server_health,       world.vault};
  server::Prober prober{world.loop.get_executor(), world.clock, Beat(), directory, world.server_health, world.config};
  prober.start();
  world.clock.advance(2s);
  EXPECT_EQ(silent.timeout, 700ms);
  TaskGroup closing(world.loop.get_executor());
  closing.spawn("prober", prober.shut_down());
  closing.spawn("directory", directory.shut_down());
  world.clock.settle();
}

}  // namespace
}  // namespace wardend

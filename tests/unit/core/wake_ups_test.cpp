// How often an idle service turns: each moment at which somebody's time has come, and each answer of a server, is one
// wake-up of a processor that could have slept on.
#include <gtest/gtest.h>

#include "daemon/ops/metrics_file.hpp"
#include "daemon/ops/status_line.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::test {
namespace {

// The core with everything beside it that turns by the clock, and a watchdog that is fed each ten seconds.
struct Idle : World {
  Idle() : World(FakeVault(), Loops::none) {
    core.restore();
    core.start();
    loops.spawn("watchdog", each_ten_seconds());
    loops.spawn("status", status.run());
    clock.settle();
    clock.advance(5min);
  }
  ~Idle() {
    loops.cancel();
    clock.settle();
  }
  asio::awaitable<void> each_ten_seconds() {
    for (;;) co_await clock.sleep_until(beat.next(clock.now(), 10s));
  }
  [[nodiscard]] int turns_in(Duration span) {
    const int before = clock.turns();
    clock.advance(span);
    return clock.turns() - before;
  }
  void watch(int servers) {
    auto next = std::make_shared<config::Config>(*settings);
    for (int i = 1; i < servers; ++i)
      next->servers.push_back(
          {.name = "lab-" + std::to_string(i), .fhir_base_url = *fhir::BaseUrl::parse("https://lab.example.org/fhir")});
    config.replace(next);
    prober.start();
    clock.advance(5min);
  }

  const Beat beat{"machine"};
  ops::StatusLine status{clock, hub, [] { return std::string("Ready"); }, [](const std::string&) {}, beat};
  TaskGroup loops{loop.get_executor()};
};

constexpr int watchdog = 6;  // a minute

// The probe begins when the watchdog is fed; its answer comes alone.
TEST(WakeUps, AnIdleServiceTurnsForTheWatchdogAndForItsServersAnswers) {
  Idle idle;
  EXPECT_LE(idle.turns_in(10min), 10 * (watchdog + 2));
}

// All are asked in the same turn.
TEST(WakeUps, AnotherServerCostsItsAnswersAlone) {
  Idle idle;
  idle.watch(3);
  EXPECT_LE(idle.turns_in(10min), 10 * (watchdog + 3 * 2));
}

}  // namespace
}  // namespace wardend::test

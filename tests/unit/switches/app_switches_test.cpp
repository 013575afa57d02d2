// The switch over the whole core, on a real disk.
#include "daemon/switches/app_switches.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "daemon/switches/switch_file.hpp"
#include "tests/support/gate.hpp"
#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using test::ServiceWorld;

struct Switchboard : ServiceWorld {
  Switchboard() { settings->apps.front().advice = "Use the flowsheet."; }
  ~Switchboard() {
    launches.cancel();
    clock.settle();
  }
  switches::AppSwitches make() {
    return switches::AppSwitches({clock, config, clearing, hub, worker, folder.file("switched-off.json")});
  }
  switches::AppSwitches switches = make();

  asio::awaitable<Result<std::string>> saving() { co_return co_await switches.save(); }
  asio::awaitable<Result<bool>> reading(switches::AppSwitches& of) {
    co_await of.read();
    co_return true;
  }
  std::string save() { return *ask(saving()); }
  // As the next process would: what it finds is in force then.
  void restart() {
    config.turn({});
    auto next = make();
    ASSERT_TRUE(ask(reading(next)));
  }
  [[nodiscard]] bool in_use(const char* app = "vitals") const { return config.get().app(app)->in_use(); }
};

TEST(AppSwitches, AreInForceAndToldInOneTurn) {
  Switchboard world;
  events::EventHub::Subscription watcher(world.hub);
  session::Session& session = world.begin("s");
  EXPECT_EQ(world.switches.switch_off("vitals", {.reason = "wrong doses", .by = "uid 0"}), 1U);
  EXPECT_FALSE(world.in_use());
  EXPECT_EQ(session.cleared()->reason, ClearReason::app_disabled);
  ASSERT_EQ(watcher.queue.size(), 2U);
  EXPECT_EQ(watcher.queue[0].kind, events::EventKind::app_disabled);
  EXPECT_EQ(watcher.queue[0].app, "vitals");
  EXPECT_EQ(watcher.queue[0].reason, "the app is switched off: wrong doses");
  EXPECT_EQ(watcher.queue[1].kind, events::EventKind::session_cleared);
  EXPECT_FALSE(world.workstation.is_held("c1")) << "nobody has left";
  world.switches.switch_on("vitals");
  EXPECT_TRUE(world.in_use());
  EXPECT_EQ(world.config.hold(), world.settings);
  EXPECT_EQ(watcher.queue.back().kind, events::EventKind::app_enabled);
  world.switches.switch_on("vitals");
  EXPECT_EQ(watcher.queue.size(), 3U) << "what changes nothing is not told";
}

// The time of the incident outlasts a better reason.
TEST(AppSwitches, ASecondTimeKeepsSinceWhen) {
  Switchboard world;
  const auto off = [&] { return *world.config.get().app("vitals")->switched_off; };
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "wrong doses", .by = "uid 1", .at = 100}));
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "wrong doses, ward 7", .by = "uid 2", .at = 200}));
  EXPECT_EQ(off().reason, "wrong doses, ward 7");
  EXPECT_EQ(off().by, "uid 2");
  EXPECT_EQ(off().at, 100);
  world.switches.switch_on("vitals");
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "again", .by = "uid 2", .at = 300}));
  EXPECT_EQ(off().at, 300);
}

TEST(AppSwitches, OutlastARestart) {
  Switchboard world;
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "wrong doses", .by = "uid 0", .at = 5}));
  EXPECT_EQ(world.save(), "");
  world.restart();
  ASSERT_FALSE(world.in_use());
  EXPECT_EQ(*world.config.get().app("vitals")->switched_off,
            (config::SwitchedOff{.reason = "wrong doses", .by = "uid 0", .at = 5}));
  world.switches.switch_on("vitals");
  EXPECT_EQ(world.save(), "");
  world.restart();
  EXPECT_TRUE(world.in_use());
}

TEST(AppSwitches, ADamagedFileSwitchesEveryAppOffUntilSomebodySays) {
  Switchboard world;
  world.settings->apps.push_back(world.settings->apps.front());
  world.settings->apps.back().id = "growth";
  std::ofstream(world.folder.file("switched-off.json")) << "{";
  ASSERT_TRUE(world.ask(world.reading(world.switches)));
  EXPECT_FALSE(world.in_use() || world.in_use("growth"));
  const std::string reason = world.config.get().app("vitals")->switched_off->reason;
  EXPECT_TRUE(reason.contains("switched-off.json: it is damaged") && reason.contains("wardctl app enable APP"))
      << reason;
  // An app that comes with a reload is off as well.
  auto more = std::make_shared<config::Config>(*world.settings);
  more->apps.push_back(more->apps.front());
  more->apps.back().id = "third";
  world.config.replace(more);
  EXPECT_FALSE(world.in_use("third"));

  world.switches.switch_on("vitals");
  EXPECT_TRUE(world.in_use());
  EXPECT_FALSE(world.in_use("growth") || world.in_use("third"));
  EXPECT_EQ(world.save(), "");
  world.restart();
  EXPECT_TRUE(world.in_use());
  EXPECT_FALSE(world.in_use("growth") || world.in_use("third"));
}

TEST(AppSwitches, TheLastOneOfADamagedFileIsWrittenToo) {
  Switchboard world;
  std::ofstream(world.folder.file("switched-off.json")) << "{";
  ASSERT_TRUE(world.ask(world.reading(world.switches)));
  world.switches.switch_on("vitals");
  EXPECT_EQ(world.save(), "");
  world.restart();
  EXPECT_TRUE(world.in_use());
}

TEST(AppSwitches, ADiskThatTakesNothingIsTriedAgain) {
  Switchboard world;
  std::filesystem::create_directory(world.folder.file("switched-off.json.new"));
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "wrong doses"}));
  EXPECT_NE(world.save(), "");
  EXPECT_FALSE(world.in_use()) << "off all the same";
  EXPECT_EQ(world.switches.trouble(), world.save());
  std::filesystem::remove(world.folder.file("switched-off.json.new"));
  world.launches.spawn("switches", world.switches.run());
  world.clock.advance(switches::AppSwitches::again_after);
  EXPECT_TRUE(test::until(world.loop, [&] { return world.switches.trouble().empty(); }, [&] { world.clock.settle(); }));
  world.restart();
  EXPECT_FALSE(world.in_use());
}

TEST(AppSwitches, ADiskThatHangsHoldsNobodyUp) {
  Switchboard world;
  const auto hang = std::make_shared<test::Gate>();
  const auto job = world.worker.begin(world.loop.get_executor(), [hang] {
    hang->pass();
    return true;
  });
  static_cast<void>(world.switches.switch_off("vitals", {.reason = "wrong doses"}));
  const auto saved = world.within(switches::AppSwitches::patience, world.saving());
  ASSERT_TRUE(saved);
  EXPECT_EQ(**saved, "its disk does not answer");
  const auto read = world.within(switches::AppSwitches::patience, world.reading(world.switches));
  EXPECT_TRUE(read);
  EXPECT_FALSE(world.in_use()) << "what cannot be read is off";
  hang->open();
  EXPECT_TRUE(test::until(world.loop, [&] { return !world.worker.stuck(); }, [&] { world.clock.settle(); }));
}

}  // namespace
}  // namespace wardend

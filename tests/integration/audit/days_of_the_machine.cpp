// Restarts, clocks and sleep, and a server that has become another one.
#include <fstream>

#include "tests/integration/audit/audit_day.hpp"
#include "tests/integration/crash/supervisor.hpp"

namespace wardend::test {
namespace {

constexpr int killed = 128 + SIGKILL;

void a_kill_and_a_restart(AuditDay& day) {
  std::filesystem::create_directory(day.site.folder() / "state");
  day.site.write_config(day.settings);
  Supervisor service(day.site);
  ASSERT_TRUE(service.start());
  day.expect("a start", {"rotation/begun", "start/started/granted"});
  day.launched();
  ASSERT_EQ(service.kill(), killed);
  ASSERT_TRUE(service.start());
  day.expect("a start after a kill",
             {"start/started/granted", "service/sessions_restored/granted", "patient/check/granted"});
  EXPECT_EQ(day.entry("service").value("count", 1), 1) << day.last;
  EXPECT_EQ(day.answer({{"session", day.id}}), "token");
  day.expect("a token", {"token/issue/granted"});
}

void a_server_that_declares_less(AuditDay& day) {
  day.settings.more =
      "[[app.requires]]\nresource = \"Observation\"\ninteractions = [\"search-type\"]\nsearch = [\"patient\"]\n";
  day.site.daemon = "wardend-crash";
  day.site.environment = {"WARDEND_HURRY=1"};
  day.start();
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(day.site.folder() / "state" / "capabilities.json"); }));
  const json less = json::parse(
      R"({"rest":[{"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"read"}]}]}]})");
  day.ehr.set("discovery", {{"document", "metadata"}, {"set", less}});
  day.expect("a search is not declared any more", {"service/capabilities_changed/granted"});
  EXPECT_EQ(day.entry("service").value("reason", ""), "blocking") << day.last;
}

// The machine's own clocks stay as they are: this wardend alone sees others.
void clocks_that_move(AuditDay& day) {
  if (!std::filesystem::exists(program("libset_clocks.so"))) GTEST_SKIP() << "not with sanitizers";
  const auto folder = day.site.folder() / "clocks";
  std::filesystem::create_directory(folder);
  const auto move = [&](const std::string& clock, int seconds) {
    std::ofstream(folder / ("." + clock)) << seconds;
    std::filesystem::rename(folder / ("." + clock), folder / clock);
  };
  day.site.environment = {"LD_PRELOAD=" + program("libset_clocks.so").string(), "SET_CLOCKS=" + folder.string()};
  day.start();
  move("wall", -7200);
  day.expect("the clock was set", {"service/clock_set/granted"});
  EXPECT_EQ(day.entry("service").value("detail", ""), "-7200 s");
  move("asleep", 30);
  day.expect("the machine was asleep", {"service/resumed/granted"});
  EXPECT_EQ(day.entry("service").value("detail", ""), "30 s");
  const Finished whole = day.site.wardctl({"audit", "verify", "--file", day.site.audit()});
  EXPECT_EQ(whole.exit_code, 0) << "times that go back are no fault: " << whole.err;
}

}  // namespace

std::vector<Day> days_of_the_machine() {
  using enum AuditAct;
  return {
      {"AKillAndARestart", a_kill_and_a_restart, {service_sessions_restored}},
      {"AServerThatDeclaresLess", a_server_that_declares_less, {service_capabilities_changed}},
      {"ClocksThatMove", clocks_that_move, {service_clock_set, service_resumed}},
  };
}

}  // namespace wardend::test

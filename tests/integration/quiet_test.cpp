// How little the service does while nobody asks it for anything, and for a call on a connection of its own.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

// A site with one session whose token lives an hour, as systemd runs it: with a watchdog, which is fed each ten
// seconds.
class Quiet : public ::testing::Test {
 protected:
  void start(const std::string& health) {
    site.environment = {"WATCHDOG_USEC=20000000"};
    site.start({.fhir_base = sandbox.fhir_base(), .health = health});
    session = site.launched_session();
  }
  [[nodiscard]] std::filesystem::path proc() const {
    return std::filesystem::path("/proc") / std::to_string(site.wardend().pid());
  }
  // The number behind `name` in a file of /proc; -1: it has none.
  static long number(const std::filesystem::path& file, const std::string& name) {
    std::ifstream lines(file);
    for (std::string word; lines >> word;)
      if (long value = -1; word == name && lines >> value) return value;
    return -1;
  }
  // How often any of its threads had nothing left to do: each wake-up ends so. Of the one that writes the trail a sleep
  // on the disk counts too, so it is left out: it wakes when the loop does, which counts its answer.
  [[nodiscard]] long wake_ups() const {
    long all = 0;
    for (const auto& thread : std::filesystem::directory_iterator(proc() / "task")) {
      std::string name;
      std::ifstream(thread.path() / "comm") >> name;
      if (name != "audit") all += number(thread.path() / "status", "voluntary_ctxt_switches:");
    }
    return all;
  }
  static void pass(std::chrono::seconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() >= until; }, span + 5s));
  }
  // What of `span` is left when the watchdog's beats are taken off.
  [[nodiscard]] long wake_ups_within(std::chrono::seconds span) const {
    const long before = wake_ups();
    EXPECT_GT(before, 0);
    pass(span);
    return wake_ups() - before - span / 10s;
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

// Two apps keep their connections, one of them is told of everything; a Prometheus keeps its own.
TEST_F(Quiet, AnIdleServiceWakesForItsWatchdogAlone) {
  start("interval = \"1h\"\ntimeout = \"2s\"");
  auto asking = site.broker();
  ASSERT_TRUE(asking.call("org.wardend.Broker.GetToken", {{"session", session}}, 5s));
  const Child told(
      Command{{program("wardctl"), "watch"}, {"WARDEND_SOCKET=" + (site.folder() / "broker.sock").string()}},
      site.folder() / "watch.log");
  (void)site.metrics();
  pass(12s);  // what the launch left behind, its line in the matrix of launches too
  EXPECT_LE(wake_ups_within(30s), 2);
}

// The server is looked at each half a minute: a timer and an answer each time.
TEST_F(Quiet, AServerThatIsWatchedCostsFourWakeUpsAMinuteSlowly) {
  start("interval = \"30s\"");
  pass(12s);
  const long all = wake_ups_within(180s);
  std::printf("beside the watchdog's: %.1f wake-ups a minute\n", static_cast<double>(all) / 3);
  EXPECT_LE(all, 3 * 4 + 3 + 3) << "four a minute, the answer of the look at the trail's file, and chance";
}

TEST_F(Quiet, ACallOnAConnectionOfItsOwnReadsNoFile) {
  start("interval = \"1h\"\ntimeout = \"2s\"");
  const long before = number(proc() / "io", "syscr:");
  ASSERT_GT(before, 0);
  for (int call = 0; call < 200; ++call) {
    auto broker = site.broker();
    ASSERT_TRUE(broker.call("org.wardend.Broker.GetToken", {{"session", session}}, 5s)) << call;
  }
  EXPECT_LT(number(proc() / "io", "syscr:") - before, 50);
}

}  // namespace
}  // namespace wardend::test

// How little the service does while nobody asks it for anything, and for a call on a connection of its own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/integration/latency.hpp"
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
  // How often each of its threads, by name, had nothing left to do: each wake-up ends so.
  [[nodiscard]] std::map<std::string, long> wake_ups() const {
    std::map<std::string, long> all;
    for (const auto& thread : std::filesystem::directory_iterator(proc() / "task")) {
      std::string name;
      std::ifstream(thread.path() / "comm") >> name;
      all[name] += number(thread.path() / "status", "voluntary_ctxt_switches:");
    }
    return all;
  }
  // Time on a processor so far.
  [[nodiscard]] std::chrono::milliseconds worked() const {
    std::ifstream file(proc() / "stat");
    std::string word;
    long user = 0, system = 0;
    for (int i = 0; i < 13; ++i) file >> word;
    file >> user >> system;
    return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
  }
  static void pass(std::chrono::seconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() >= until; }, span + 5s));
  }
  // What of `span` is left when the watchdog's beats are taken off. The thread that writes the trail is shown and left
  // out: each sleep on a busy disk counts there. It wakes when the loop does, which counts its answer.
  [[nodiscard]] long wake_ups_within(std::chrono::seconds span) const {
    const std::map<std::string, long> before = wake_ups();
    pass(span);
    long all = 0;
    for (const auto& [thread, count] : wake_ups()) {
      const long more = count - (before.contains(thread) ? before.at(thread) : 0);
      if (more != 0) std::printf("%s: %ld wake-ups\n", thread.c_str(), more);
      if (thread != "audit") all += more;
    }
    EXPECT_GE(all, span / 10s - 1) << "the watchdog is fed";
    return all - span / 10s;
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

// Two apps keep their connections, one of them is told of everything; a Prometheus keeps its own.
TEST_F(Quiet, AnIdleServiceWakesForItsWatchdogAlone) {
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer has a thread of its own, which wakes ten times a second";
#endif
  start("interval = \"1h\"\ntimeout = \"2s\"");
  auto asking = site.broker();
  ASSERT_TRUE(asking.call("org.wardend.Broker.GetToken", {{"session", session}}, 5s));
  const Child told(
      Command{{program("wardctl"), "watch"}, {"WARDEND_SOCKET=" + (site.folder() / "broker.sock").string()}},
      site.folder() / "watch.log");
  (void)site.metrics();
  pass(12s);  // what the launch left behind, its line in the matrix of launches too
  EXPECT_LE(wake_ups_within(30s), 2) << "the answer of the trail's look at its file may be one";
}

// The server is looked at each half a minute: the probe goes when the watchdog is fed, and its answer wakes the loop.
// Nothing else does. With WARDEND_MEASURE ten minutes.
TEST_F(Quiet, AServerThatIsWatchedCostsFourWakeUpsAMinuteSlowly) {
  start("interval = \"30s\"");
  pass(12s);
  const auto span = measuring() ? 600s : 180s;
  const auto worked_before = worked();
  const long all = wake_ups_within(span);
  std::printf(
      "| idle, one server, %ld minutes | %.1f wake-ups a minute beside the watchdog's six | wanted: 4 | %ld ms of a "
      "processor's time |\n",
      static_cast<long>(span / 1min), static_cast<double>(all) * 60 / static_cast<double>(span.count()),
      static_cast<long>((worked() - worked_before).count()));
  EXPECT_LE(all, span / 1min * 4);
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

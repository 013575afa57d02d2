// How little the service does while nobody asks it for anything, and for a call on a connection of its own.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

// A site with one session whose token lives an hour, and a server that is looked at once an hour.
class Quiet : public ::testing::Test {
 protected:
  Quiet() {
    site.start({.fhir_base = sandbox.fhir_base(), .health = "interval = \"1h\"\ntimeout = \"2s\""});
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
  // How often any of its threads had nothing left to do: each wake-up ends so.
  [[nodiscard]] long wake_ups() const {
    long all = 0;
    for (const auto& thread : std::filesystem::directory_iterator(proc() / "task"))
      all += number(thread.path() / "status", "voluntary_ctxt_switches:");
    return all;
  }
  static void pass(std::chrono::seconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() >= until; }, span + 5s));
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

TEST_F(Quiet, AnIdleServiceWakesFourTimesAMinuteAtMost) {
  pass(12s);  // what the launch left behind, its line in the matrix of launches too
  const long before = wake_ups();
  ASSERT_GT(before, 0);
  pass(30s);
  EXPECT_LE(wake_ups() - before, 2);
}

TEST_F(Quiet, ACallOnAConnectionOfItsOwnReadsNoFile) {
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

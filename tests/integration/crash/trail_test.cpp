// kill -9 at every step of the audit trail: what an answered call left there is there afterwards, once, in a whole
// chain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tests/integration/crash/supervisor.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;
constexpr int killed = 128 + SIGKILL;

class Trail : public ::testing::Test {
 protected:
  Trail() {
    std::filesystem::create_directory(site.folder() / "state");
    site.write_config({.fhir_base = "http://127.0.0.1:1/fhir"});
  }

  // Calls that leave an entry each, until the service ends. Their reasons, of those that were answered.
  void play(int calls) {
    for (int i = 0; i < calls; ++i) {
      const std::string reason = "round " + std::to_string(++rounds);
      if (site.wardctl({"clear", "--app", "vitals", "--reason", reason}).exit_code != 0) return;
      answered.push_back(reason);
    }
  }
  [[nodiscard]] Finished verify() const {
    return site.wardctl({"--json", "audit", "verify", "--file", site.audit(), "--state-dir", site.folder() / "state"});
  }
  void expect_whole() {
    ASSERT_TRUE(eventually([&] { return site.metric("wardend_audit_backlog{sink=\"file\"}") == 0; }));
    const Finished found = verify();
    EXPECT_EQ(found.exit_code, 0) << found.out << found.err;
    EXPECT_EQ(json::parse(found.out).at("gaps"), json::array()) << found.out;
    std::map<std::string, int> seen;
    std::ifstream in(site.audit());
    for (std::string line; std::getline(in, line);) {
      const json entry = json::parse(line, nullptr, false);
      if (entry.value("action", "") == "ClearSessions") ++seen[entry.value("detail", "")];
    }
    for (const std::string& reason : answered) EXPECT_EQ(seen[reason], 1) << reason;
  }

  Site site;
  Supervisor service{site};
  std::vector<std::string> answered;
  int rounds = 0;
};

class DyingTrail : public Trail, public ::testing::WithParamInterface<const char*> {};

TEST_P(DyingTrail, LosesNoEntryAndStaysWhole) {
  for (int passing = 1; passing <= 4; ++passing) {
    SCOPED_TRACE(std::string(GetParam()) + "#" + std::to_string(passing));
    if (service.start({"WARDEND_DIE_AT=" + std::string(GetParam()) + "#" + std::to_string(passing)})) play(8);
    ASSERT_EQ(service.await_end(), killed) << "the point is passed";
    ASSERT_TRUE(service.start());
    expect_whole();
    ASSERT_EQ(service.kill(), killed);
  }
}

INSTANTIATE_TEST_SUITE_P(At, DyingTrail,
                         ::testing::Values("audit.record_copied", "audit.record_kept", "audit.place_kept",
                                           "audit.lines_written", "audit.lines_synced"),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST_F(Trail, NumbersGoOnOverKillsAndAStop) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(service.start());
    play(2);
    EXPECT_EQ(i == 1 ? service.stop() : service.kill(), i == 1 ? 0 : killed);
  }
  ASSERT_TRUE(service.start());
  expect_whole();
}

TEST_F(Trail, ALossOfWhatTheManagerKeptIsToldAsAGap) {
  ASSERT_TRUE(service.start());
  play(1);
  ASSERT_EQ(service.kill(), killed);
  service.drop_stored();
  ASSERT_TRUE(service.start());
  ASSERT_TRUE(eventually([&] { return site.audited({"\"kind\":\"gap\"", "unclean_end"}); }));
  const Finished found = verify();
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_EQ(json::parse(found.out).at("gaps").size(), 1U);
}

}  // namespace
}  // namespace wardend::test

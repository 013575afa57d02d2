// Disks, file systems and directory servers that do not answer, beside an EHR that locks.
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using Clock = std::chrono::steady_clock;

// A wardend whose calls of the system hang where the test says so.
class Hanging : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program("libslow_calls.so"))) GTEST_SKIP() << "not with sanitizers";
    std::filesystem::create_directory(calls());
  }
  [[nodiscard]] std::filesystem::path calls() const { return site.folder() / "slow"; }
  void start(const Settings& settings = {.fhir_base = "http://127.0.0.1:1/fhir"}) {
    site.environment = {"LD_PRELOAD=" + program("libslow_calls.so").string(), "SLOW_CALLS=" + calls().string()};
    site.start(settings);
  }
  // From now on `call` takes this long for what contains `word`.
  void slow(const std::string& call, std::chrono::milliseconds time, const std::string& word) const {
    const auto beside = calls() / ("." + call);
    std::ofstream(beside) << time.count() << ' ' << word;
    std::filesystem::rename(beside, calls() / call);
  }
  void hang(const std::string& call, const std::string& word) const { slow(call, 1h, word); }
  void let_go(const std::string& call) const { std::filesystem::remove(calls() / call); }
  // The slowest of `count` locks of each kind of target.
  [[nodiscard]] std::chrono::milliseconds slowest_lock(int count) const {
    auto control = site.control();
    const std::vector<nlohmann::json> targets = {nlohmann::json::object(), {{"user", "root"}},  {{"user", "0"}},
                                                 {{"server", "ehr"}},      {{"app", "vitals"}}, {{"seat", "seat0"}}};
    std::vector<Clock::duration> spans;
    for (int i = 0; i < count; ++i) {
      for (const nlohmann::json& target : targets) {
        const auto begun = Clock::now();
        const auto reply = control.call("org.wardend.Control.ReportLock", {{"reason", "ehr_lock"}, {"target", target}});
        spans.push_back(Clock::now() - begun);
        EXPECT_TRUE(reply || target.contains("seat")) << target << ": there is no seat here, all else is known";
      }
    }
    std::ranges::sort(spans);
    const auto in_us = [](Clock::duration span) { return std::chrono::duration_cast<std::chrono::microseconds>(span); };
    RecordProperty("lock_p50_us", std::to_string(in_us(spans[spans.size() / 2]).count()));
    RecordProperty("lock_p99_us", std::to_string(in_us(spans[spans.size() * 99 / 100]).count()));
    return std::chrono::duration_cast<std::chrono::milliseconds>(spans.back());
  }
  [[nodiscard]] int readiness() const {
    return request("http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/readyz").status;
  }

  Site site;
};

// What a machine under load may add to a lock; a wait for a disk is seconds.
constexpr auto prompt = 500ms;

TEST_F(Hanging, ADiskOfFiveSecondsASyncDelaysNoLock) {
  start();
  slow("fdatasync", 5s, "audit.jsonl");
  EXPECT_LT(slowest_lock(50), prompt);
}

TEST_F(Hanging, AnAuditFileThatCannotBeOpenedDelaysNoLock) {
  start();
  hang("open", "audit.jsonl");
  EXPECT_LT(slowest_lock(50), prompt);
}

TEST_F(Hanging, AReloadThatHangsDelaysNoLockAndEndsWithAnError) {
  start();
  hang("open", "wardend.toml");
  const auto begun = Clock::now();
  std::thread reload([&] {
    auto control = site.control();
    EXPECT_EQ(refused(control, "Control.Reload"), "ConfigInvalid");
  });
  EXPECT_LT(slowest_lock(50), prompt);
  reload.join();
  EXPECT_LT(Clock::now() - begun, 10s);
  auto control = site.control();
  const auto again = Clock::now();
  EXPECT_EQ(refused(control, "Control.Reload"), "ConfigInvalid");
  EXPECT_LT(Clock::now() - again, 1s) << "nothing waits behind a reload that hangs";
  let_go("open");
  EXPECT_TRUE(eventually([&] { return site.wardctl({"reload"}).exit_code == 0; }));
}

TEST_F(Hanging, ALockHistoryThatHangsDelaysNoLock) {
  start();
  hang("open", "locks.json");
  EXPECT_LT(slowest_lock(20), prompt);
}

TEST_F(Hanging, AnAuditDiskThatDoesNotAnswerIsNotReady) {
  start();
  EXPECT_TRUE(eventually([&] { return readiness() == 200; }));
  hang("fdatasync", "audit.jsonl");
  auto control = site.control();
  static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}}));
  EXPECT_TRUE(eventually([&] { return readiness() == 503; }));
  EXPECT_TRUE(site.wardend().output().contains("the disk has not answered for 5 s"));
  let_go("fdatasync");
  EXPECT_TRUE(eventually([&] { return readiness() == 200; }));
}

TEST_F(Hanging, ADirectoryThatDoesNotAnswerClearsEveryUserAndSaysSo) {
  start();
  hang("getpwnam_r", "alice");
  auto control = site.control();
  const nlohmann::json lock = {{"reason", "ehr_lock"}, {"target", {{"user", "alice"}}}};
  auto begun = Clock::now();
  const auto reply = ask(control, "Control.ReportLock", lock);
  EXPECT_LT(Clock::now() - begun, 2s);
  EXPECT_EQ(reply.value("widened", ""), "the user directory did not answer");
  begun = Clock::now();
  EXPECT_TRUE(ask(control, "Control.ReportLock", lock).contains("widened"));
  EXPECT_LT(Clock::now() - begun, prompt) << "the second does not wait behind the first";
  EXPECT_TRUE(eventually([&] { return site.audited({"ReportLock", "every user", "did not answer"}); }));
  EXPECT_TRUE(site.wardend().output().contains("a lock by user name cleared every user"));
  EXPECT_EQ(refused(control, "Control.ClearSessions", {{"reason", "x"}, {"target", {{"user", "alice"}}}}),
            "InvalidTarget");
  EXPECT_TRUE(site.wardctl({"lock", "--user", "alice", "--reason", "ehr_lock"}).err.contains("every user was cleared"));
  let_go("getpwnam_r");
  EXPECT_TRUE(eventually([&] { return refused(control, "Control.ReportLock", lock) == "InvalidTarget"; }))
      << "there is no alice here";
}

TEST_F(Hanging, SigtermEndsItWhateverHangs) {
  start();
  hang("open", "wardend.toml");
  hang("fdatasync", "audit.jsonl");
  hang("getpwnam_r", "alice");
  std::thread reload([&] {
    auto control = site.control();
    static_cast<void>(control.call("org.wardend.Control.Reload", nlohmann::json::object()));
  });
  std::thread lock([&] {
    auto control = site.control();
    static_cast<void>(
        control.call("org.wardend.Control.ReportLock", {{"reason", "ehr_lock"}, {"target", {{"user", "alice"}}}}));
  });
  EXPECT_TRUE(site.wardend().wait_for("cleared every user")) << "its record is written, or waits for the disk";
  const auto begun = Clock::now();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LT(Clock::now() - begun, 2s);
  EXPECT_TRUE(site.wardend().output().contains("its thread is left behind"));
  EXPECT_TRUE(site.audited({"\"ReportLock\""}));
  EXPECT_TRUE(site.audited({"\"stopped\""})) << "what the hanging disk did not take is appended at the end";
  reload.join();
  lock.join();
}

TEST_F(Hanging, AnAuditFileThatHangsFromTheStartDelaysNothing) {
  hang("open", "audit.jsonl");
  const auto begun = Clock::now();
  start();
  EXPECT_LT(Clock::now() - begun, 4s);
  EXPECT_LT(slowest_lock(5), prompt);
  EXPECT_TRUE(eventually([&] { return readiness() == 503; }));
  EXPECT_EQ(site.stop(), 0);
}

// No stand-in is needed for these.
TEST(AuditFile, APipeInItsPlaceIsRefusedAtCheckAndStart) {
  Site site;
  ASSERT_EQ(::mkfifo(site.audit().c_str(), 0600), 0);
  const Settings settings = {.fhir_base = "http://127.0.0.1:1/fhir"};
  site.write_config(settings);
  const Finished checked = run({{program("wardend"), "--check", "--config", site.config()}});
  EXPECT_EQ(checked.exit_code, 78);
  EXPECT_TRUE(checked.out.contains("audit.jsonl is not a regular file")) << checked.out;
  site.start(settings);
  EXPECT_TRUE(site.wardend().wait_for("not a regular file"));
  EXPECT_EQ(request("http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/readyz").status, 503);
  auto control = site.control();
  EXPECT_EQ(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}})
                .value("cleared", -1),
            0);
  EXPECT_EQ(refused(control, "Control.Reload"), "ConfigInvalid");
  const auto begun = Clock::now();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LT(Clock::now() - begun, 2s);
}

}  // namespace
}  // namespace wardend::test

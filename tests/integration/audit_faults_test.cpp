// An audit trail whose disk is full or read-only: issue follows on_failure, a lock waits for nothing, and no entry is
// lost. The file alone is a mount of its own, so that all else of the site stays well.
#include <sys/mount.h>

#include <fstream>
#include <sstream>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

class AuditDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(disk());
    if (::mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=32k") != 0) GTEST_SKIP() << "may not mount";
    for (const auto& file : {disk() / "trail", site.audit()}) std::ofstream(file) << "";
    ASSERT_EQ(::mount((disk() / "trail").c_str(), site.audit().c_str(), nullptr, MS_BIND, nullptr), 0);
  }
  void TearDown() override {
    ::umount2(site.audit().c_str(), MNT_DETACH);
    ::umount2(disk().c_str(), MNT_DETACH);
  }
  [[nodiscard]] std::filesystem::path disk() const { return site.folder() / "disk"; }
  void read_only(bool yes) const {
    const unsigned long flags = MS_REMOUNT | MS_BIND | (yes ? MS_RDONLY : 0UL);
    ASSERT_EQ(::mount(nullptr, site.audit().c_str(), nullptr, flags, nullptr), 0);
  }
  // Takes the room that is left, but for so many bytes.
  void fill(std::uintmax_t but) const {
    const auto room = std::filesystem::space(disk()).available;
    std::ofstream(disk() / "filler") << std::string(room > but ? room - but : 0, 'x');
  }
  void start() {
    site.start({.fhir_base = ehr.fhir_base()});
    session = site.launched_session();
    ASSERT_EQ(token(), 0);
  }
  [[nodiscard]] int token() const { return site.wardctl({"token", "--session", session}).exit_code; }
  void lock_is_prompt() const {
    auto control = site.control();
    const auto begun = Clock::now();
    static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", {{"user", "65534"}}}}));
    EXPECT_LT(Clock::now() - begun, 500ms);
  }
  [[nodiscard]] bool ready() const {
    return request("http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/readyz").status == 200;
  }
  void expect_whole() const {
    ASSERT_TRUE(eventually([&] { return site.metric("wardend_audit_backlog{sink=\"file\"}") == 0; }, 15s));
    const Finished found =
        site.wardctl({"--json", "audit", "verify", "--file", site.audit(), "--state-dir", site.folder() / "state"});
    EXPECT_EQ(found.exit_code, 0) << found.out << found.err;
    EXPECT_EQ(json::parse(found.out).at("gaps"), json::array()) << found.out;
  }

  Site site;
  Sandbox ehr{site, 300};
  std::string session;
};

TEST_F(AuditDisk, ThatIsReadOnlyStopsIssueAndNoLock) {
  start();
  read_only(true);
  lock_is_prompt();
  ASSERT_TRUE(eventually([&] { return !ready(); }));
  EXPECT_NE(token(), 0) << "on_failure is refuse";
  lock_is_prompt();
  std::stringstream text;
  text << std::ifstream(site.config()).rdbuf();
  std::string config = text.str();
  config.insert(config.find("[audit]\n") + 8, "on_failure = \"allow\"\n");
  std::ofstream(site.config()) << config;
  ASSERT_EQ(site.wardctl({"reload"}).exit_code, 0);
  EXPECT_EQ(token(), 0) << "the site chose to go on";
  read_only(false);
  expect_whole();
  EXPECT_TRUE(site.audited({"ReportLock"})) << "what waited is written";
}

TEST_F(AuditDisk, ThatIsFullLosesNothing) {
  start();
  fill(0);
  for (int i = 0; i < 20; ++i) lock_is_prompt();
  ASSERT_TRUE(eventually([&] { return !ready(); }));
  EXPECT_NE(token(), 0);
  lock_is_prompt();
  std::filesystem::remove(disk() / "filler");
  ASSERT_TRUE(eventually([&] { return ready(); }, 15s));
  EXPECT_EQ(token(), 0);
  expect_whole();
}

TEST_F(AuditDisk, ThatIsFullAtTheEndStopsNoStop) {
  start();
  fill(0);
  for (int i = 0; i < 20; ++i) lock_is_prompt();
  ASSERT_TRUE(eventually([&] { return !ready(); }));
  const auto begun = Clock::now();
  EXPECT_EQ(site.stop(), 0);
  EXPECT_LT(Clock::now() - begun, 3s) << "of these two are for the revocation";
  EXPECT_TRUE(site.wardend().output().contains("records may be missing at the end of the audit trail"));
}

}  // namespace
}  // namespace wardend::test

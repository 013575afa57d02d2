// What operations see: Debian's Prometheus and node_exporter ask the real service through an outage, a recovery, a lock
// and a switched-off app, with the rules that are shipped.
#include <fstream>
#include <sstream>

#include "tests/integration/prometheus.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using Mode = Prometheus::Options::Mode;
using Alerts = std::set<std::string>;

// Without systemd nothing keeps the vault; the alert says so all the time.
const std::string no_vault = "WardendVaultNotKept";
constexpr const char* active = R"(sum(wardend_sessions{state="active"}))";

class Monitored : public Scenario {
 protected:
  void SetUp() override {
    if (!has_prometheus()) GTEST_SKIP() << "prometheus or node_exporter is not installed";
  }
  void set_down(bool down) const { ehr.set("down", {{"down", down}}); }
  [[nodiscard]] Prometheus scraper() const { return {site, {.targets = {{"wardend", site.metrics_port()}}}}; }
  [[nodiscard]] std::filesystem::path textfile() const { return site.folder() / "textfiles" / "wardend.prom"; }
  void start_with_textfile() {
    std::filesystem::create_directory(textfile().parent_path());
    start({.broker = "metrics_textfile = \"" + textfile().string() + "\""});
  }
  [[nodiscard]] std::string file_text() const {
    std::ostringstream text;
    text << std::ifstream(textfile()).rdbuf();
    return text.str();
  }
};

TEST_F(Monitored, AnOutageFiresOneAlertAndItsEndResolvesIt) {
  start();
  const Prometheus prometheus = scraper();
  EXPECT_TRUE(prometheus.shows("wardend_ready", 1));
  const std::string session = site.launched_session();
  EXPECT_TRUE(prometheus.shows(active, 1));
  EXPECT_TRUE(prometheus.fires({no_vault}));

  set_down(true);
  EXPECT_TRUE(prometheus.shows(R"(wardend_server_state{state="down"})", 1));
  EXPECT_TRUE(prometheus.fires({no_vault, "WardendServerDown of ehr"}))
      << ::testing::PrintToString(prometheus.firing());
  EXPECT_TRUE(prometheus.shows("wardend_ready", 1)) << "a server that is down is no fault of the workstation";
  EXPECT_TRUE(prometheus.shows(active, 1)) << "and ends no session";

  set_down(false);
  EXPECT_TRUE(prometheus.shows(R"(wardend_server_state{state="up"})", 1));
  EXPECT_TRUE(prometheus.fires({no_vault})) << ::testing::PrintToString(prometheus.firing());
}

TEST_F(Monitored, ALockIsCountedAndAlarmsNobody) {
  start();
  const Prometheus prometheus = scraper();
  const std::string session = site.launched_session();
  EXPECT_TRUE(prometheus.shows(active, 1));
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  EXPECT_TRUE(prometheus.shows(R"(wardend_sessions_cleared_total{reason="ehr_lock"})", 1));
  EXPECT_TRUE(prometheus.shows(R"(wardend_revocations_total{result="ok"} > bool 0)", 1));
  EXPECT_TRUE(prometheus.shows("wardend_revocations_pending", 0));
  EXPECT_TRUE(prometheus.shows("wardend_clear_duration_seconds_count", 1));
  EXPECT_TRUE(prometheus.shows_nothing(active));
  EXPECT_TRUE(prometheus.fires({no_vault})) << ::testing::PrintToString(prometheus.firing());
}

TEST_F(Monitored, ASwitchedOffAppAndAStoppedServiceAreNotices) {
  start();
  const Prometheus prometheus = scraper();
  EXPECT_TRUE(prometheus.shows(R"(wardend_app_enabled{app="vitals"})", 1));
  EXPECT_EQ(site.wardctl({"app", "disable", "vitals", "--reason", "a trend was wrong"}).exit_code, 0);
  EXPECT_TRUE(prometheus.fires({no_vault, "WardendAppSwitchedOff of vitals"}));
  EXPECT_EQ(site.wardctl({"app", "enable", "vitals"}).exit_code, 0);
  EXPECT_TRUE(prometheus.fires({no_vault}));
  EXPECT_EQ(site.stop(), 0);
  EXPECT_TRUE(prometheus.fires({"WardendGone"})) << ::testing::PrintToString(prometheus.firing());
  EXPECT_TRUE(prometheus.shows_nothing("wardend_ready"));
}

// A fleet: an agent on the workstation sends what it asks to a server that asks nobody.
TEST_F(Monitored, AnAgentSendsAFleetItsMetricsAndItsAlerts) {
  start();
  const Prometheus central(site, {.mode = Mode::receiver});
  const Prometheus agent(
      site, {.targets = {{"wardend", site.metrics_port()}}, .mode = Mode::agent, .remote = central.address()});
  EXPECT_TRUE(central.shows(R"(wardend_ready{instance="w1",job="wardend"})", 1));
  set_down(true);
  EXPECT_TRUE(central.fires({no_vault, "WardendServerDown of ehr"})) << ::testing::PrintToString(central.firing());
  set_down(false);
  EXPECT_TRUE(central.fires({no_vault})) << ::testing::PrintToString(central.firing());
}

TEST_F(Monitored, TheTextfileIsWhatNodeExporterTakesAndGoesWithTheService) {
  start_with_textfile();
  const NodeExporter exporter(site, textfile().parent_path());
  const Prometheus prometheus(site, {.targets = {{"node", exporter.port()}}});
  EXPECT_TRUE(prometheus.shows(R"(wardend_ready{job="node"})", 1));
  EXPECT_TRUE(prometheus.shows("node_textfile_scrape_error", 0)) << exporter.text();
  EXPECT_TRUE(prometheus.shows("count(node_textfile_mtime_seconds)", 1)) << "one file, and nothing beside it";
  set_down(true);
  EXPECT_TRUE(prometheus.shows(R"(wardend_server_state{state="down"})", 1)) << "long before the minute is over";
  EXPECT_TRUE(prometheus.fires({no_vault, "WardendServerDown of ehr"}))
      << ::testing::PrintToString(prometheus.firing());

  EXPECT_EQ(site.stop(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(textfile().parent_path()));
  EXPECT_TRUE(prometheus.shows_nothing("wardend_ready"));
  EXPECT_TRUE(prometheus.fires({"WardendTextfileGone"})) << ::testing::PrintToString(prometheus.firing());
}

TEST_F(Monitored, TheTextfileIsWhatPromtoolCallsGoodAndEverybodyReads) {
  start_with_textfile();
  const std::string session = site.launched_session();
  ASSERT_TRUE(eventually([&] { return file_text().contains("wardend_sessions{"); }));
  const std::string text = file_text();
  const Finished checked = run({.arguments = {"promtool", "check", "metrics"}, .input = text});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_EQ(checked.out + checked.err, "");
  EXPECT_FALSE(text.contains("process_")) << "node_exporter has its own";
  EXPECT_FALSE(text.contains("patient-1") || text.contains("ractitioner") || text.contains(session));
  EXPECT_EQ(run({.arguments = {"cat", textfile()}, .uid = 65534}).out, file_text());
}

TEST_F(Monitored, AFolderThatIsNotThereOrNotOursIsTold) {
  start({.broker = "metrics_textfile = \"" + (site.folder() / "absent" / "wardend.prom").string() + "\""});
  EXPECT_TRUE(eventually([&] { return logged({"the metrics file cannot be written", "ReadWritePaths="}); }));
  const Finished checked = run({{program("wardend"), "--check", "--config", site.config()}});
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_TRUE(checked.out.contains("metrics_textfile: " + (site.folder() / "absent").string() + " is not there"))
      << checked.out;
  std::filesystem::create_directory(site.folder() / "absent");
  std::filesystem::permissions(site.config(), std::filesystem::perms(0644));
  const Finished by_nobody =
      run({.arguments = {program("wardend"), "--check", "--config", site.config()}, .uid = 65534});
  EXPECT_TRUE(by_nobody.out.contains("absent cannot be written (Permission denied)")) << by_nobody.out << by_nobody.err;
}

}  // namespace
}  // namespace wardend::test

// A hostile neighbour, attack by attack, beside an honest app, the EHR's agent and systemd's watchdog: what was
// promised holds. The figures are printed; script/bench asks for them on a release build.
#include <cstdlib>

#include "tests/integration/attacks.hpp"
#include "tests/integration/honest.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/second_app.hpp"

namespace wardend::test {
namespace {

using Steady = std::chrono::steady_clock;

// A server and an app of the hostile EHR's own, which locks can name in vain.
std::string hostile_app(const Site& site, const std::string& fhir_base) {
  return "[[server]]\nname = \"hostile\"\nfhir_base_url = \"" + fhir_base + "\"\n" +
         second_app(site, "hostile", "games");
}

class Neighbourhood : public Followed, public ::testing::WithParamInterface<Attack> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
    offer();
    site.environment = watchdog.environment();
    Settings settings = following({.scopes = {"openid", "fhirUser", "offline_access", "patient/Observation.crs"},
                                   .more = hostile_app(site, hostile_ehr.fhir_base())});
    settings.fhir_base = ehr.fhir_base();
    site.start(settings);
    stand_elsewhere(hub.process());
    stand_elsewhere(hostile_ehr.process());
    (void)launch();
    ASSERT_TRUE(followed());
  }

  // The EHR's click; the session's id, empty where it fails.
  std::string launch() {
    const Page page =
        browser.open(ehr.address() + "/ehr/launch?patient=patient-1&app_url=" + site.loopback() + "/launch/vitals");
    auto client = site.broker();
    const auto listed = client.call("org.wardend.Broker.ListSessions", json::object());
    if (page.status != 200 || !listed || listed->at("sessions").empty()) return {};
    return listed->at("sessions").back().value("id", "");
  }

  // A lock of a target that the session is in: heard at once, and no token after it, asked for before or after.
  void expect_heard(const json& target) {
    const std::string session = launch();
    ++launches_;
    if (session.empty()) return void(++launches_shut_out_);
    Unread unread(site.folder() / "broker.sock", session);
    auto kept = site.broker();
    ASSERT_TRUE(kept.call("org.wardend.Broker.GetToken", {{"session", session}})) << target;
    auto agent = site.control();
    const auto begun = Steady::now();
    const auto locked = agent.call("org.wardend.Control.ReportLock", {{"reason", "ehr_lock"}, {"target", target}});
    real_locks_.milliseconds.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begun).count());
    unread.mark();
    ASSERT_TRUE(locked) << target << " " << locked.error().error << locked.error().detail;
    EXPECT_GE(locked->value("cleared", 0), 1) << target;
    EXPECT_FALSE(kept.call("org.wardend.Broker.GetToken", {{"session", session}})) << target;
    auto fresh = site.broker();
    EXPECT_FALSE(fresh.call("org.wardend.Broker.GetToken", {{"session", session}})) << target;
    EXPECT_FALSE(unread.late().contains("access_token")) << target;
  }

  static void print(const Attack& attack, const Honest& honest, const Times& locks, double beat, const Weight& before,
                    const Weight& after, double seconds) {
    std::printf(
        "| %-4s | %-46s | %6zu | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f | %6.2f "
        "| %6.2f | %6.2f | %5.0f | %5.1f | %5.1f | %4.0f | %4zu |\n",
        attack.id, attack.what, honest.kept.milliseconds.size(), honest.kept.share(0.5), honest.kept.p99(),
        honest.fresh.share(0.5), honest.fresh.p99(), honest.locks.share(0.5), honest.locks.p99(),
        honest.locks_at_control.share(0.5), honest.locks_at_control.p99(), honest.gateway.share(0.5),
        honest.gateway.p99(), honest.echoes.share(0.5), honest.echoes.p99(), locks.share(1), beat,
        (after.audit - before.audit) * 1024 / seconds, (after.log - before.log) * 1024 / seconds,
        after.memory - before.memory, after.descriptors);
  }

  Sandbox hostile_ehr{site, 300};
  Watchdog watchdog{site.folder()};
  Times real_locks_;
  int launches_ = 0;
  int launches_shut_out_ = 0;
};

// Every lock that can be named, and what is asked of each.
const std::vector<json> targets = {
    json::object(), {{"user", "root"}}, {{"user", "0"}}, {{"server", "ehr"}}, {{"app", "vitals"}}};
const std::vector<json> others = {
    {{"user", "games"}}, {{"user", "5"}}, {{"server", "hostile"}}, {{"app", "labs"}}, {{"seat", "seat0"}}};

TEST_P(Neighbourhood, KeepsWhatIsPromised) {
  const Attack& attack = GetParam();
  const Weight before = weigh(site);
  const auto begun = Steady::now();
  const Ground ground{site, ehr, hostile_ehr, hub, topic};
  Siege siege;
  attack.begin(ground, siege);
  watchdog.begin();
  siege.begin_acts();
  std::this_thread::sleep_for(300ms);
  const std::string session = launch();
  Honest honest(site, session, others);
  std::this_thread::sleep_for(measuring() ? 10s : 3s);
  honest.end();
  for (const json& target : targets) expect_heard(target);
  const double seconds = std::chrono::duration<double>(Steady::now() - begun).count();
  const Weight after = weigh(site);
  const double beat = watchdog.latest();
  print(attack, honest, real_locks_, beat, before, after, seconds);

  EXPECT_EQ(honest.kept.wrong, 0U) << honest.kept.example;
  EXPECT_EQ(honest.fresh.wrong, 0U) << honest.fresh.example;
  EXPECT_EQ(honest.locks.wrong, 0U) << honest.locks.example;
  EXPECT_EQ(honest.locks_at_control.wrong, 0U) << honest.locks_at_control.example;
  EXPECT_EQ(honest.gateway.wrong, 0U) << honest.gateway.example;
  EXPECT_EQ(launches_shut_out_, 0) << "of " << launches_ << " launches";
  EXPECT_LT((after.audit - before.audit) * 1024 / seconds, 256) << "KiB of audit a second";
  EXPECT_LT((after.log - before.log) * 1024 / seconds, 256) << "KiB of log a second";
  EXPECT_LT(after.descriptors, 4096U) << "descriptors: half of what systemd allows";
  if (sanitized) return;
  EXPECT_LT(beat, 1000) << "ms late";
  EXPECT_LT(after.memory - before.memory, 96) << "MiB more than before";
  EXPECT_LT(honest.kept.p99(), measuring() ? 5 : 2000);
  EXPECT_LT(honest.locks.p99(), measuring() ? 5 : 2000);
  EXPECT_LT(honest.locks_at_control.p99(), measuring() ? 5 : 2000);
  EXPECT_LT(honest.gateway.p99(), 2000);
  EXPECT_LT(real_locks_.share(1), measuring() ? 50 : 1000);
}

INSTANTIATE_TEST_SUITE_P(Hostile, Neighbourhood, ::testing::ValuesIn(attacks()),
                         [](const auto& tested) { return std::string(tested.param.id); });

}  // namespace
}  // namespace wardend::test

// Floods by users whom a peer rule or a role names: they have their places, and still take no turn, no memory and no
// lock from anybody else. What strangers do is in neighbour_test.cpp.
#include <cstdlib>
#include <thread>

#include "tests/integration/honest.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/neighbour.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

constexpr uid_t clinician = 30'001;
constexpr uid_t observer = 54'322;  // a neighbour's group has its user's number

struct Flood {
  const char* name;
  const char* socket;
  std::size_t users;
  uid_t first;
  Voice voice;
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string description() {
  return frame_of("org.varlink.service.GetInterfaceDescription", R"({"interface":"org.wardend.Broker"})");
}

std::string mixed() {
  return repeated(frame_of("org.wardend.Broker.GetToken", R"({"session":"none"})"), 8) +
         frame_of("org.wardend.Broker.GetHealth");
}

std::string small_objects() {
  return frame_of("org.wardend.Broker.GetToken", R"({"x":[)" + repeated("{},", 6'000) + "{}]}");
}

std::string large() {
  return frame_of("org.wardend.Broker.GetToken", R"({"session":")" + std::string(255'000, 'x') + "\"}");
}

std::string requests() {
  return repeated("GET /fhir/none/Observation?patient=patient-1 HTTP/1.1\r\nHost: wardend\r\n\r\n", 100);
}

class ClinicianFloods : public ::testing::TestWithParam<Flood> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
    std::string peers = "user = \"root\"";
    for (uid_t uid = clinician; uid < clinician + 8; ++uid)
      peers += "\n[[app.peer]]\nuser = \"" + std::to_string(uid) + "\"";
    site.start({.fhir_base = sandbox.fhir_base(), .peer = peers, .more = "[roles]\nobserver = [\"54322\"]\n"});
    session = site.launched_session();
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

TEST_P(ClinicianFloods, DelayNobodyElse) {
  const Flood& flood = GetParam();
  const Weight before = weigh(site);
  Weight during;
  {
    std::vector<Neighbour> neighbours;
    for (uid_t uid = flood.first; uid < flood.first + flood.users; ++uid) {
      Voice voice = flood.voice;
      voice.path = site.folder() / flood.socket;
      neighbours.emplace_back(uid, std::vector<Voice>{voice});
    }
    std::this_thread::sleep_for(500ms);
    Honest honest(site, session, {{{"user", "65534"}}});
    std::this_thread::sleep_for(measuring() ? 10s : 3s);
    honest.end();
    during = weigh(site);
    std::printf("GetToken p50 %.3f p99 %.3f, new connection p99 %.3f, ReportLock p50 %.3f p99 %.3f ms beside %s\n",
                honest.kept.share(0.5), honest.kept.p99(), honest.fresh.p99(), honest.locks.share(0.5),
                honest.locks.p99(), flood.name);
    EXPECT_EQ(honest.kept.wrong, 0U) << honest.kept.example;
    EXPECT_EQ(honest.fresh.wrong, 0U) << honest.fresh.example;
    EXPECT_EQ(honest.locks.wrong, 0U) << honest.locks.example;
    if (!sanitized) EXPECT_LT(honest.kept.p99(), measuring() ? 5 : 250);
    if (!sanitized) EXPECT_LT(honest.locks.p99(), measuring() ? 5 : 250);
  }
  std::this_thread::sleep_for(1s);
  const Weight after = weigh(site);
  std::printf("memory: %.1f MiB before, %.1f during, %.1f after; audit %.2f MiB\n", before.memory, during.memory,
              after.memory, after.audit - before.audit);
  if (sanitized) return;
  EXPECT_LT(during.memory - before.memory, 64) << "MiB more beside the flood";
  EXPECT_LT(after.memory - before.memory, 32) << "MiB more after it";
  EXPECT_LT(after.audit - before.audit, 1) << "MiB of audit: refusals are paced by user, whatever succeeds in between";
}

INSTANTIATE_TEST_SUITE_P(
    Of, ClinicianFloods,
    ::testing::Values(
        Flood{"NobodyElse", "broker.sock", 0, clinician, {}},
        Flood{"MixedCallsOfOne", "broker.sock", 1, clinician, {.connections = 64, .speech = mixed()}},
        Flood{"MixedCallsOfEight", "broker.sock", 8, clinician, {.connections = 62, .speech = mixed()}},
        Flood{"DescriptionsForOne", "broker.sock", 1, clinician, {.connections = 64, .speech = description()}},
        Flood{"DescriptionsForEight", "broker.sock", 8, clinician, {.connections = 62, .speech = description()}},
        Flood{"UnreadDescriptions",
              "broker.sock",
              8,
              clinician,
              {.connections = 62, .speech = description(), .answers = Voice::Answers::unread}},
        Flood{"SmallObjectsOfOne", "broker.sock", 1, clinician, {.connections = 24, .speech = small_objects()}},
        Flood{"LargeFramesOfOne", "broker.sock", 1, clinician, {.connections = 60, .speech = large()}},
        Flood{"LargeFramesOfEight", "broker.sock", 8, clinician, {.connections = 60, .speech = large()}},
        Flood{"LargeHalfFramesOfEight",
              "broker.sock",
              8,
              clinician,
              {.connections = 60, .speech = std::string(250'000, 'x'), .then = Voice::Then::hold}},
        Flood{"ConnectChurnOfOne", "broker.sock", 1, clinician, {.connections = 64, .then = Voice::Then::leave}},
        Flood{"GatewayRequestsOfOne", "fhir.sock", 1, clinician, {.connections = 64, .speech = requests()}},
        Flood{"GatewayRequestsOfEight", "fhir.sock", 8, clinician, {.connections = 62, .speech = requests()}},
        Flood{"GatewayChurnOfEight", "fhir.sock", 8, clinician, {.connections = 62, .then = Voice::Then::leave}},
        Flood{"RefusedCallsOfAnObserver",
              "control.sock",
              1,
              observer,
              {.connections = 400, .speech = frame_of("org.wardend.Control.Reload")}},
        Flood{
            "ConnectChurnOfAnObserver", "control.sock", 1, observer, {.connections = 64, .then = Voice::Then::leave}}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace wardend::test

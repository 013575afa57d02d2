// A kiosk on the real programs: one Unix user, one browser, three clinicians in turn.
#include <random>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

constexpr int rounds = 12;

struct Stay {
  std::string clinician;
  std::string patient;
  std::string session;
  std::string token = {};
};

class Kiosk : public ::testing::Test {
 protected:
  void SetUp() override { site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public"}); }

  Stay arrive(const std::string& clinician, const std::string& patient) {
    const std::string launch = provider.begin_ehr_launch({{"user", clinician}, {"patient", patient}});
    return {clinician, patient, site.session_from_ehr(provider.fhir_base(), launch)};
  }
  void lock() {
    auto control = site.control();
    (void)ask(control, "Control.ReportLock", {{"target", {{"user", "root"}}}, {"reason", "ehr_user_switch"}});
  }
  static std::string work_of(const Stay& stay) { return stay.clinician + " about " + stay.patient; }

  Site site;
  Provider provider{site, 60};
};

TEST_F(Kiosk, TheNextClinicianMeetsNothingOfTheOneBefore) {
  std::mt19937 dice(20261125);
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice); };
  const std::vector<std::string> clinicians = {"dr1", "dr2", "nurse3"};
  std::map<std::string, json> parked;  // whose and about whom -> what must come back
  std::vector<Stay> before;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    Stay stay = arrive(clinicians.at(pick(3)), pick(2) == 0 ? "p1" : "p2");
    auto broker = site.broker();
    const json listed = ask(broker, "Broker.ListSessions");
    ASSERT_EQ(listed.at("sessions").size(), 1U) << listed.dump();
    EXPECT_EQ(listed.at("sessions")[0].value("id", ""), stay.session);
    EXPECT_EQ(listed.at("sessions")[0].value("/user/subject"_json_pointer, ""), stay.clinician);
    EXPECT_EQ(listed.at("sessions")[0].value("/context/patient"_json_pointer, ""), stay.patient);
    const json token = ask(broker, "Broker.GetToken", {{"session", stay.session}});
    stay.token = token.value("access_token", "");
    EXPECT_EQ(token.value("/context/patient"_json_pointer, ""), stay.patient);
    for (const Stay& earlier : before) {
      EXPECT_NE(stay.token, earlier.token);
      EXPECT_EQ(refused(broker, "Broker.GetToken", {{"session", earlier.session}}), "SessionCleared");
      EXPECT_EQ(refused(broker, "Broker.GetSession", {{"session", earlier.session}}), "SessionCleared");
      EXPECT_EQ(refused(broker, "Broker.ResumeWork", {{"session", earlier.session}}), "SessionCleared");
    }
    json& own = parked.try_emplace(work_of(stay), json::array()).first->second;
    json resumed = json::array();
    for (const json& item : ask(broker, "Broker.ResumeWork", {{"session", stay.session}}).at("items"))
      resumed.push_back(item.value("data", ""));
    EXPECT_EQ(resumed, own) << "of " << work_of(stay);
    own = json::array();
    const bool late = pick(2) == 0;
    const json work = {{"session", stay.session}, {"label", "note"}, {"data", work_of(stay)}};
    if (!late) (void)ask(broker, "Broker.ParkWork", work);
    lock();
    EXPECT_EQ(refused(broker, "Broker.GetToken", {{"session", stay.session}}), "WorkstationLocked");
    if (late) (void)ask(broker, "Broker.ParkWork", work);
    own.push_back(work_of(stay));
    before.push_back(stay);
  }
}

TEST_F(Kiosk, WithoutALockBetweenThemTheNextOnesLaunchIsTheSwitch) {
  const Stay first = arrive("dr1", "p1");
  auto old = site.broker();
  (void)ask(old, "Broker.GetToken", {{"session", first.session}});
  const Stay second = arrive("dr2", "p1");
  auto fresh = site.broker();
  const json listed = ask(fresh, "Broker.ListSessions");
  ASSERT_EQ(listed.at("sessions").size(), 1U);
  EXPECT_EQ(listed.at("sessions")[0].value("id", ""), second.session);
  EXPECT_EQ(refused(fresh, "Broker.GetToken", {{"session", first.session}}), "SessionCleared");
  EXPECT_EQ(refused(old, "Broker.GetToken", {{"session", second.session}}), "SessionCleared");
  EXPECT_TRUE(eventually([&] { return provider.revocations() == 1; }));
}

}  // namespace
}  // namespace wardend::test

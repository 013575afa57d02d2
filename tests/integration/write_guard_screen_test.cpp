// Writes while the EHR shows somebody, somebody else, or nobody knows whom.
#include "tests/integration/hub.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class WriteGuardScreen : public Followed {
 protected:
  std::string writer(const std::string& app = "") {
    std::string id = follow({.scopes = writing_scopes(), .app = app});
    open("patient-1");
    EXPECT_TRUE(shows(id, "known", "patient-1"));
    return id;
  }
  std::string authorized(const json& question) { return authorize(broker(), question, told); }
  json told;
};

TEST_F(WriteGuardScreen, AWriteGoesOnlyWhileTheEhrShowsItsPatient) {
  const std::string id = writer();
  const json question = creation(id, observation("patient-1"));
  EXPECT_EQ(authorized(question), "permitted") << told;
  open("patient-2");
  EXPECT_TRUE(shows(id, "known", "patient-2"));
  EXPECT_EQ(authorized(question), "PatientMismatch") << told;
  tell("Patient-close", json::array({patient_entry("patient-2")}));
  EXPECT_TRUE(shows(id, "none"));
  EXPECT_EQ(authorized(question), "PatientContextMissing") << told;
  open("patient-1");
  EXPECT_TRUE(shows(id, "known", "patient-1"));
  EXPECT_EQ(authorized(question), "permitted") << told;
}

TEST_F(WriteGuardScreen, AnOverrideHelpsWhereTheScreenIsUnknownAndIsToldAtOnce) {
  const std::string id = writer("break_glass = true");
  const json question = creation(id, observation("patient-1"), {{"override_reason", "cardiac arrest"}});
  tell("SyncError", json::array());
  EXPECT_TRUE(shows(id, "unknown"));
  json without = question;
  without.erase("override_reason");
  EXPECT_EQ(authorized(without), "PatientContextMissing") << told;
  EXPECT_EQ(authorized(question), "permitted") << told;
  EXPECT_TRUE(audited({R"("kind":"write")", "emergency_override", "110127", "cardiac arrest"}));
  EXPECT_TRUE(logged({"warn", "emergency override"}));
  EXPECT_FALSE(site.wardend().output().contains("cardiac arrest"));
  EXPECT_TRUE(eventually([&] { return site.metric(R"(wardend_write_overrides_total{app="vitals"})") == 1; }));
  json foreign = question;
  foreign["resource"]["subject"]["reference"] = "Patient/patient-2";
  EXPECT_EQ(authorized(foreign), "ResourceRejected");
  open("patient-2");
  EXPECT_TRUE(shows(id, "known", "patient-2"));
  EXPECT_EQ(authorized(question), "PatientMismatch") << "no reason makes this right";
}

TEST_F(WriteGuardScreen, WithoutThePolicyAReasonHelpsNothing) {
  const std::string id = writer();
  tell("SyncError", json::array());
  EXPECT_TRUE(shows(id, "unknown"));
  EXPECT_EQ(authorized(creation(id, observation("patient-1"), {{"override_reason", "cardiac arrest"}})),
            "PatientContextMissing");
}

}  // namespace
}  // namespace wardend::test

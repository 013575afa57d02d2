// Whether the record of a session's patient may be used: what apps are told, and what is refused.
#include <chrono>
#include <thread>

#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class PatientIdentity : public Writing {
 protected:
  // Waits until the session's patient_verification has this status; what it says.
  json verified(const std::string& id, const std::string& status) {
    json found;
    EXPECT_TRUE(eventually([&] {
      found = session(id).value("patient_verification", json::object());
      return found.value("status", "") == status;
    })) << found;
    return found;
  }
  static json replaced() {
    return patient(
        "patient-1",
        {{"link", json::array({{{"type", "replaced-by"}, {"other", {{"reference", "Patient/patient-2"}}}}})}});
  }
  static constexpr const char* mrn =
      "[[identifier]]\nsystem = \"https://ehr.example.org/mrn\"\nkind = \"opaque\"\nrequired = true\n";
};

TEST_F(PatientIdentity, IsReadAfterTheLaunchAndTold) {
  const std::string id = writer({.more = mrn});
  EXPECT_TRUE(verified(id, "verified").at("findings").empty());
  EXPECT_TRUE(eventually([&] { return site.audited({R"("kind":"patient")", "granted", "verified"}); }));
  EXPECT_EQ(ehr.asked("/fhir/Patient/patient-1").size(), 1U);
  EXPECT_TRUE(site.wardctl({"--json", "sessions"}).out.contains("\"verified\""));
}

TEST_F(PatientIdentity, DoesNotDelayALaunch) {
  ehr.fault({{"at", "fhir"}, {"kind", "delay"}, {"seconds", 7}});
  const auto begun = std::chrono::steady_clock::now();
  const std::string id = writer();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 7s);
  const json before = session(id).at("patient_verification");
  EXPECT_EQ(before.at("status"), "unverified");
  EXPECT_EQ(before.at("findings"), json::array({"Not checked: the patient's record has not been read yet."}));
  verified(id, "verified");
}

TEST_F(PatientIdentity, WithoutAScopeIsUnavailable) {
  start();
  const std::string id = site.launched_session();
  EXPECT_EQ(verified(id, "unavailable").at("findings").size(), 1U);
  EXPECT_TRUE(ehr.asked("/fhir/Patient/patient-1").empty());
}

TEST_F(PatientIdentity, OfAReplacedRecordIsAConflictAndNothingIsWritten) {
  lay_down("Patient/patient-1", replaced());
  const std::string id = writer();
  const json found = verified(id, "conflict");
  EXPECT_TRUE(found.at("findings")[0].get<std::string>().contains("replaced")) << found;
  EXPECT_FALSE(found.dump().contains("patient-2"));
  EXPECT_EQ(authorized(creation(id, observation("patient-1"))), "PatientUnverified");
  EXPECT_EQ(told.at("findings"), found.at("findings"));
  EXPECT_TRUE(logged({"warn", "must not be used"}));
}

// DSTU2 calls a merge by another name.
TEST_F(PatientIdentity, OfARecordThatDstu2HasReplacedIsAConflictToo) {
  lay_down("Patient/patient-1", patient("patient-1", {{"link", json::array({{{"type", "replace"}}})}}));
  const std::string id = writer();
  verified(id, "conflict");
  EXPECT_EQ(authorized(creation(id, observation("patient-1"))), "PatientUnverified");
}

TEST_F(PatientIdentity, WithANumberThatCannotBeReadIsUnverified) {
  lay_down(
      "Patient/patient-1",
      patient("patient-1", {{"identifier", json::array({{{"system", "https://ehr.example.org/mrn"}, {"value", 7}}})}}));
  const std::string id =
      writer({.more = "[[identifier]]\nsystem = \"https://ehr.example.org/mrn\"\nkind = \"opaque\"\n"});
  const auto told_of = [&] { return session(id).at("patient_verification").at("findings").dump(); };
  EXPECT_TRUE(eventually([&] { return told_of().contains("has no value that can be read"); })) << told_of();
  EXPECT_EQ(session(id).at("patient_verification").at("status"), "unverified");
}

TEST_F(PatientIdentity, ThatIsRequiredRefusesTheLaunch) {
  lay_down("Patient/patient-1", replaced());
  Settings settings{.scopes = writing_scopes(), .app = "require_verified_patient = true"};
  start(settings);
  EXPECT_TRUE(launch_error().contains("PatientUnverified"));
  const Page page = click("patient=patient-1");
  EXPECT_TRUE(page.body.contains("record of this patient could not be confirmed")) << page.body;
  EXPECT_FALSE(page.body.contains("patient-2"));
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) >= 1; })) << ehr.stats();
  ehr.set("records", {{"path", "Patient/patient-1"}, {"resource", patient("patient-1")}});
  const std::string id = site.launched_session();
  EXPECT_EQ(session(id).at("patient_verification").at("status"), "verified");
}

TEST_F(PatientIdentity, ThatIsRequiredAndCannotBeReadRefusesTheLaunch) {
  ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 503}});
  start({.scopes = writing_scopes(), .app = "require_verified_patient = true"});
  EXPECT_TRUE(launch_error().contains("PatientUnverified"));
}

TEST_F(PatientIdentity, OfAWrongNumberIsNoEvidence) {
  const std::string nhs = "https://fhir.nhs.uk/Id/nhs-number";
  const std::string rule = "[[identifier]]\nsystem = \"" + nhs + "\"\nkind = \"nhs\"\nrequired = true\n";
  lay_down("Patient/patient-1",
           patient("patient-1", {{"identifier", json::array({{{"system", nhs}, {"value", "9434765918"}}})}}));
  const std::string id = writer({.more = rule});
  const json found = verified(id, "unverified");
  EXPECT_TRUE(found.dump().contains("check digit")) << found;
  EXPECT_FALSE(found.dump().contains("9434765918"));
}

TEST_F(PatientIdentity, GoesWithALockWhileItIsRead) {
  ehr.fault({{"at", "fhir"}, {"kind", "delay"}, {"seconds", 2}});
  static_cast<void>(writer());
  lock();
  std::this_thread::sleep_for(3s);
  EXPECT_FALSE(site.audited({R"("kind":"patient")"}));
}

}  // namespace
}  // namespace wardend::test

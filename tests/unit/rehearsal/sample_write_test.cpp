#include "wardctl/rehearsal/sample_write.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::wardctl {
namespace {

TEST(SampleWrite, IsOfATypeThatMayBeCreatedAndNamesItsPatient) {
  struct Row {
    std::vector<std::string> scopes;
    const char* type;
    bool anything;
  };
  const Row table[] = {
      {{"openid", "patient/Observation.rs"}, "", false},
      {{"patient/Observation.read"}, "", false},
      {{"patient/Observation.cu"}, "Observation", true},
      {{"patient/*.write"}, "Observation", true},
      {{"user/*.*"}, "Observation", true},
      {{"patient/Task.c?status=draft"}, "Task", true},
      {{"patient/Medication.c", "patient/Coverage.c"}, "Coverage", true},
      {{"patient/Binary.c"}, "", true},
      {{"patient/Provenance.c", "patient/Patient.c"}, "", true},
      {{"patient/Observation.u"}, "", true},
      {{"patient/DocumentReference.d"}, "", true},
      {{"system/Observation.c", "fhircast/Patient-open.write"}, "", false},
  };
  for (const Row& row : table) {
    const Writable found = writable_by(row.scopes);
    EXPECT_EQ(found.type, row.type) << row.scopes.front();
    EXPECT_EQ(found.anything, row.anything) << row.scopes.front();
  }
}

TEST(SampleWrite, NamesThePatientWhereItsTypeDoes) {
  const nlohmann::json who = {{"reference", "Patient/p"}};
  EXPECT_EQ(resource_about("Observation", "p").at("subject"), who);
  EXPECT_EQ(resource_about("Task", "p").at("for"), who);
  EXPECT_EQ(resource_about("Consent", "p").at("patient"), who);
  EXPECT_EQ(resource_about("Coverage", "p").at("beneficiary"), who);
  EXPECT_EQ(resource_about("Account", "p").at("subject").at(0), who);
  EXPECT_EQ(resource_about("Appointment", "p").at("participant").at(0).at("actor"), who);
  EXPECT_FALSE(resource_about("Task", "p").contains("subject"));
}

}  // namespace
}  // namespace wardend::wardctl

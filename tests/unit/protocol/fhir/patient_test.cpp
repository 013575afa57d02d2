#include "protocol/fhir/patient.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace wardend::fhir {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using enum Verification;

const std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::year(2026) / 6 / 15);

PatientIdentity judged(const json& patch, const std::vector<IdentifierRule>& rules = {}) {
  json patient = json::parse(R"({"resourceType":"Patient","id":"p1","active":true})");
  patient.merge_patch(patch);
  return judge_patient(patient, {.id = "p1", .identifiers = rules, .now = now});
}

struct Row {
  const char* patch;
  Verification status;
  const char* finding;  // a part of the only one; "": none
};

TEST(PatientRecord, IsUsedOnlyWhereItIsTheOneAndInUse) {
  const Row table[] = {
      {"{}", verified, ""},
      {R"({"active":null})", verified, ""},  // absent
      {R"({"active":false})", conflict, "no longer uses this record"},
      {R"({"active":"false"})", unverified, "does not say clearly"},
      {R"({"active":0})", unverified, "does not say clearly"},
      {R"({"id":"p2"})", conflict, "another record"},
      {R"({"id":"P1"})", conflict, "another record"},
      {R"({"id":null})", conflict, "another record"},
      {R"({"id":1})", conflict, "another record"},
      {R"({"resourceType":"Person"})", conflict, "another record"},
      {R"({"resourceType":"OperationOutcome"})", conflict, "another record"},
      {R"({"resourceType":null})", conflict, "another record"},
      {R"({"link":[{"type":"replaced-by","other":{"reference":"Patient/p9"}}]})", conflict, "replaced"},
      {R"({"link":[{"type":"replaced-by"}]})", conflict, "replaced"},
      {R"({"link":[{"type":"replace","other":{"reference":"Patient/p9"}}]})", conflict, "replaced"},  // DSTU2
      {R"({"link":{"type":"replaced-by"}})", conflict, "replaced"},
      {R"({"link":[{"type":"replaces","other":{"reference":"Patient/p9"}}]})", verified, ""},
      {R"({"link":[{"type":"refer","other":{"reference":"Patient/p9"}}]})", verified, "keeps more"},
      {R"({"link":[{"type":"seealso","other":{"reference":"RelatedPerson/r"}}]})", verified, "same person"},
      {R"({"link":[{"type":"Replaced-By"}]})", unverified, "cannot be read"},
      {R"({"link":[{}]})", unverified, "cannot be read"},
      {R"({"link":[null]})", unverified, "cannot be read"},
      {R"({"link":"p9"})", unverified, "cannot be read"},
      {R"({"link":[]})", verified, ""},
      {R"({"deceasedBoolean":true})", verified, "has died"},
      {R"({"deceasedBoolean":false})", verified, ""},
      {R"({"deceasedDateTime":"2026-01-01"})", verified, "has died"},
      {R"({"modifierExtension":[{"url":"urn:x"}]})", unverified, "modifier extension"},
      {R"({"modifierExtension":{"url":"urn:x"}})", unverified, "modifier extension"},
      {R"({"modifierExtension":[]})", verified, ""},
      {R"({"identifier":{"system":"urn:x","value":"1"}})", unverified, "identifier that cannot be read"},
      {R"({"identifier":"1"})", unverified, "identifier that cannot be read"},
      {R"({"identifier":[7]})", unverified, "identifier that cannot be read"},
      {R"({"identifier":[null]})", verified, ""},
  };
  for (const Row& row : table) {
    const PatientIdentity identity = judged(json::parse(row.patch));
    EXPECT_EQ(name_of(identity.status), name_of(row.status)) << row.patch;
    if (*row.finding == '\0')
      EXPECT_THAT(identity.findings, IsEmpty()) << row.patch;
    else
      EXPECT_THAT(identity.findings, ElementsAre(HasSubstr(row.finding))) << row.patch;
  }
}

// null is absent, wherever it stands.
TEST(PatientRecord, SaysNothingWhereItSaysNull) {
  for (const char* name :
       {"active", "link", "modifierExtension", "deceasedBoolean", "deceasedDateTime", "identifier"}) {
    json patient = json::parse(R"({"resourceType":"Patient","id":"p1"})");
    patient[name] = nullptr;
    const PatientIdentity identity = judge_patient(patient, {.id = "p1", .identifiers = {}, .now = now});
    EXPECT_EQ(name_of(identity.status), name_of(verified)) << name;
    EXPECT_THAT(identity.findings, IsEmpty()) << name;
  }
}

TEST(PatientRecord, IsNoObjectAtAll) {
  for (const char* text : {"null", "[]", "\"Patient\"", "7"}) {
    const PatientIdentity identity = judge_patient(json::parse(text), {.id = "p1", .identifiers = {}, .now = now});
    EXPECT_EQ(identity.status, conflict) << text;
  }
}

TEST(PatientRecord, AMergeIsToldOfOnceAndTogether) {
  const PatientIdentity identity = judged(json::parse(
      R"({"active":false,"link":[{"type":"replaced-by","other":{"reference":"Patient/p9"}},{"type":"replaced-by"}]})"));
  EXPECT_EQ(identity.status, conflict);
  EXPECT_THAT(identity.findings, ElementsAre(HasSubstr("no longer"), HasSubstr("replaced")));
}

TEST(PatientRecord, NoFindingNamesTheOtherRecordOrAValue) {
  const PatientIdentity identity = judged(
      json::parse(
          R"({"link":[{"type":"replaced-by","other":{"reference":"Patient/p9"}}],"identifier":[{"system":"urn:x","value":"12345"},
             {"system":"urn:x","value":"54321"}]})"),
      {{.system = "urn:x"}});
  ASSERT_EQ(identity.findings.size(), 2U);
  for (const std::string& finding : identity.findings)
    EXPECT_THAT(finding,
                AllOf(Not(HasSubstr("p9")), Not(HasSubstr("p1")), Not(HasSubstr("12345")), Not(HasSubstr("54321"))));
}

TEST(PatientRecord, NoStatusIsLighterThanWhatWasFoundBefore) {
  PatientIdentity identity{.status = verified};
  identity.found(conflict, "a");
  identity.found(unverified, "b");
  identity.found(verified, "a");
  EXPECT_EQ(identity.status, conflict);
  EXPECT_THAT(identity.findings, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace wardend::fhir

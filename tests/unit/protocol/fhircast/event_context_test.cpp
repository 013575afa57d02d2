#include <gtest/gtest.h>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

HubEvent event(const std::string& name, const std::string& context) {
  const auto message =
      read_message(R"({"id":"e-1","timestamp":"2026-01-15T09:31:02Z","event":{"hub.topic":"t","hub.event":")" + name +
                       R"(","context":)" + context + "}}",
                   Secret("t"));
  return std::get<HubEvent>(message.value());
}

const std::string patient_123 = R"({"key":"patient","resource":{"resourceType":"Patient","id":"123"}})";

std::string resource(const char* key, const char* type, const char* subject) {
  return std::string(R"({"key":")") + key + R"(","resource":{"resourceType":")" + type + R"(","id":"456","subject":)" +
         subject + "}}";
}
std::string encounter_of(const char* subject) { return resource("encounter", "Encounter", subject); }

TEST(FhircastContext, NamesThePatientThatIsOpened) {
  const auto opened = event("Patient-open", "[" + patient_123 + "]");
  EXPECT_EQ(opened.fault, ContextFault::none);
  EXPECT_EQ(opened.patient, "123");
  EXPECT_EQ(opened.anchor, "123");
  EXPECT_EQ(opened.encounter, std::nullopt);
}

TEST(FhircastContext, NamesPatientAndEncounterTogether) {
  const auto opened =
      event("Encounter-open", "[" + encounter_of(R"({"reference":"Patient/123"})") + "," + patient_123 + "]");
  EXPECT_EQ(opened.fault, ContextFault::none);
  EXPECT_EQ(opened.patient, "123");
  EXPECT_EQ(opened.encounter, "456");
  EXPECT_EQ(opened.anchor, "456");
}

TEST(FhircastContext, ReadsReferencesInPlaceOfResources) {
  for (const std::string written :
       {"Patient/123", "https://ehr.example.org/fhir/Patient/123", "Patient/123/_history/4"}) {
    const auto opened = event("Patient-open", R"([{"key":"patient","reference":{"reference":")" + written + "\"}}]");
    EXPECT_EQ(opened.fault, ContextFault::none) << written;
    EXPECT_EQ(opened.patient, "123") << written;
  }
}

TEST(FhircastContext, TakesTheSubjectInEveryFormThatNamesThePatient) {
  for (const char* subject :
       {R"({"reference":"Patient/123"})", R"({"reference":"https://ehr.example.org/r4/Patient/123"})",
        R"({"reference":"Patient/123/_history/2"})", R"({"display":"Mr Smith"})", R"(null)"})
    EXPECT_EQ(event("Encounter-open", "[" + encounter_of(subject) + "," + patient_123 + "]").fault, ContextFault::none)
        << subject;
}

TEST(FhircastContext, ContradictsItselfWhereTheSubjectIsSomebodyElse) {
  for (const char* subject : {R"({"reference":"Patient/124"})", R"({"reference":"Patient/12"})",
                              R"({"reference":"Group/123"})", R"({"reference":"XPatient/123"})",
                              R"({"reference":"123"})", R"({"reference":"#p"})", R"({"reference":"urn:uuid:123"})"}) {
    const auto opened = event("Encounter-open", "[" + encounter_of(subject) + "," + patient_123 + "]");
    EXPECT_EQ(opened.fault, ContextFault::other_subject) << subject;
    EXPECT_EQ(opened.patient, std::nullopt) << subject;
  }
}

TEST(FhircastContext, ComparesTheSubjectOfStudiesAndReportsToo) {
  const auto other = R"({"reference":"Patient/9"})";
  const auto study = resource("study", "ImagingStudy", other);
  const auto report = resource("report", "DiagnosticReport", R"({"reference":"Patient/123"})");
  EXPECT_EQ(event("ImagingStudy-open", "[" + study + "," + patient_123 + "]").fault, ContextFault::other_subject);
  EXPECT_EQ(event("DiagnosticReport-open", "[" + report + "," + patient_123 + "]").fault, ContextFault::none);
  EXPECT_EQ(event("DiagnosticReport-open", "[" + report + "," + study + "," + patient_123 + "]").fault,
            ContextFault::other_subject);
  const std::string older =
      R"([{"key":"study","resource":{"resourceType":"ImagingStudy","id":"s","patient":{"reference":"Patient/9"}}},)";
  EXPECT_EQ(event("ImagingStudy-open", older + patient_123 + "]").fault, ContextFault::other_subject);
}

TEST(FhircastContext, LetsAStudyHaveNoPatient) {
  const auto opened =
      event("ImagingStudy-open", R"([{"key":"study","resource":{"resourceType":"ImagingStudy","id":"s"}}])");
  EXPECT_EQ(opened.fault, ContextFault::none);
  EXPECT_EQ(opened.patient, std::nullopt);
  EXPECT_EQ(opened.anchor, "s");
}

TEST(FhircastContext, NeedsAPatientForEverythingElseThatIsOpened) {
  EXPECT_EQ(event("Encounter-open", "[" + encounter_of(R"({"reference":"Patient/123"})") + "]").fault,
            ContextFault::no_patient);
  EXPECT_EQ(event("DiagnosticReport-open", "[" + resource("report", "DiagnosticReport", "null") + "]").fault,
            ContextFault::no_patient);
  EXPECT_EQ(event("Patient-open", "[]").fault, ContextFault::no_patient);
}

TEST(FhircastContext, KnowsWhatIsClosedWithoutItsPatient) {
  const auto closed = event("Encounter-close", "[" + encounter_of("null") + "]");
  EXPECT_EQ(closed.fault, ContextFault::none);
  EXPECT_EQ(closed.anchor, "456");
}

struct Fault {
  const char* context;
  ContextFault fault;
};

TEST(FhircastContext, SaysWhatIsWrongWithIt) {
  using enum ContextFault;
  for (const auto& row :
       {Fault{R"({})", malformed}, Fault{R"("patient")", malformed}, Fault{R"([7])", malformed},
        Fault{R"([{"resource":{}}])", malformed}, Fault{R"([{"key":"patient"}])", malformed},
        Fault{R"([{"key":"patient","resource":{"resourceType":"Group","id":"123"}}])", malformed},
        Fault{R"([{"key":"patient","resource":{"resourceType":"Patient","id":"1"},"reference":{}}])", malformed},
        Fault{R"([{"key":"patient","resource":{"resourceType":"Patient"}}])", bad_id},
        Fault{R"([{"key":"patient","resource":{"resourceType":"Patient","id":7}}])", bad_id},
        Fault{R"([{"key":"patient","resource":{"resourceType":"Patient","id":"../1"}}])", bad_id},
        Fault{R"([{"key":"patient","reference":{"reference":"Group/1"}}])", bad_id}})
    EXPECT_EQ(event("Patient-open", row.context).fault, row.fault) << row.context;
  EXPECT_EQ(event("Encounter-close", "[" + patient_123 + "]").fault, no_anchor);
}

// Versions of FHIRcast name a study and a report in two ways, and hubs have more.
TEST(FhircastContext, FollowsThePatientUnderAKeyThatIsNotKnown) {
  for (const char* key : {"study", "imagingstudy", "ImagingStudy", "examination"}) {
    const std::string study =
        R"({"key":")" + std::string(key) + R"(","resource":{"resourceType":"ImagingStudy","id":"s"}})";
    const HubEvent opened = event("ImagingStudy-open", "[" + patient_123 + "," + study + "]");
    EXPECT_EQ(opened.fault, ContextFault::none) << key;
    EXPECT_EQ(opened.patient, "123") << key;
  }
  EXPECT_EQ(event("Encounter-open", "[" + patient_123 + "]").patient, "123");
  EXPECT_EQ(event("Patient-open", R"([{"key":"Patient","resource":{"resourceType":"Patient","id":"1"}}])").patient,
            "1");
}

TEST(FhircastContext, NeverPicksOneOfTwoPatients) {
  const std::string other = R"({"key":"patient","resource":{"resourceType":"Patient","id":"124"}})";
  EXPECT_EQ(event("Patient-open", "[" + patient_123 + "," + other + "]").fault, ContextFault::two_resources);
  EXPECT_EQ(event("Patient-open", "[" + patient_123 + "," + patient_123 + "]").fault, ContextFault::two_resources);
}

TEST(FhircastContext, LetsAReportNameSeveralStudies) {
  const std::string study = resource("study", "ImagingStudy", "null");
  const std::string report = resource("report", "DiagnosticReport", "null");
  EXPECT_EQ(event("DiagnosticReport-open", "[" + report + "," + study + "," + study + "," + patient_123 + "]").fault,
            ContextFault::none);
  EXPECT_EQ(event("ImagingStudy-open", "[" + study + "," + study + "," + patient_123 + "]").fault,
            ContextFault::two_resources);
}

TEST(FhircastContext, ReadsTheReasonOfALogoutWhateverItsCodeSystem) {
  const auto context = [](const std::string& system, const std::string& code) {
    return R"([{"key":"parameters","resource":{"resourceType":"Parameters","parameter":[{"name":"code","valueCoding":{"system":")" +
           system + R"(","code":")" + code + R"("}},{"name":"hub","valueBoolean":true}]}}])";
  };
  for (const std::string system : {"http://fhircast.hl7.org/CodeSystem/fhircast-codesystem", "",
                                   "http://hl7.org/fhir/uv/fhircast/CodeSystem/fhircast-hibernate-codesystem"}) {
    const auto left = event("UserHibernate", context(system, "system-timeout"));
    EXPECT_EQ(left.code, LeaveCode::system_timeout);
    EXPECT_TRUE(left.hub_sleeps);
  }
  EXPECT_EQ(event("userLogout", context("", "user-initiated")).code, LeaveCode::user_initiated);
  EXPECT_FALSE(event("userLogout", context("", "user-initiated")).hub_sleeps);
  EXPECT_EQ(event("userLogout", context("", "tired")).code, LeaveCode::unknown);
}

TEST(FhircastContext, OfALogoutMayBeAnything) {
  for (const char* context :
       {"[]", "{}", "null", R"([{"key":"parameters","resource":{"parameter":7}}])", R"([7])",
        R"([{"key":"parameters","resource":{"parameter":[7,{"name":"code","valueCoding":[]}]}}])"}) {
    const auto left = event("userLogout", context);
    EXPECT_EQ(left.kind, EventKind::user_logout) << context;
    EXPECT_EQ(left.code, LeaveCode::unknown) << context;
    EXPECT_EQ(left.fault, ContextFault::none) << context;
  }
}

TEST(FhircastContext, NamesTheSubscriberOfASyncErrorByEitherName) {
  for (const std::string last : {"subscribername", "subscriber"}) {
    const auto fault = event(
        "SyncError",
        R"([{"key":"operationoutcome","resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","details":{"coding":[
            {"system":"https://fhircast.hl7.org/events/syncerror/eventname","code":"Patient-open"},
            {"system":"https://fhircast.hl7.org/events/syncerror/)" +
            last + R"(","code":"Imaging viewer"}]}}]}}])");
    EXPECT_EQ(fault.subscriber, "Imaging viewer");
  }
}

}  // namespace
}  // namespace wardend::fhircast

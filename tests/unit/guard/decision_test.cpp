#include "daemon/guard/decision.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

struct Row {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view patient_level;  // with patient/*.cruds
  std::string_view user_level;     // with user/*.cruds
};

// By the address alone. Each stands here with this patient and with another one.
constexpr Row rows[] = {
    {"GET", "/metadata", "", "pass", "pass"},
    {"GET", "/Patient/p1", "", "pass", "pass"},
    {"GET", "/Patient/p2", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient/p1/_history/2", "", "pass", "pass"},
    {"GET", "/Patient/p2/_history/2", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient/p1/_history", "", "pass", "pass"},
    {"GET", "/Patient/p2/_history", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient/P1", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation/1", "", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation/1/_history", "", "inspect_reply", "inspect_reply"},
    {"GET", "/Medication/1", "", "pass", "pass"},
    {"GET", "/Medication", "code=x", "pass", "pass"},
    {"GET", "/Medication", "_include=*", "inspect_reply", "inspect_reply"},
    {"GET", "/Medication", "_has:MedicationRequest:medication:patient=p1", "inspect_reply", "inspect_reply"},
    {"GET", "/Medication", "_has:MedicationRequest:medication:patient=p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Medication", "_has:MedicationRequest:medication:patient=p2&_summary=count", "PatientMismatch",
     "inspect_reply"},
    {"GET", "/Medication", "_has:MedicationRequest:medication:identifier=x", "ResourceRejected", "inspect_reply"},
    {"GET", "/Medication", "_list=l", "ResourceRejected", "inspect_reply"},
    {"GET", "/Practitioner", "_has:PractitionerRole:practitioner:specialty=x", "inspect_reply", "inspect_reply"},
    {"GET", "/Task", "patient.name=x", "ResourceRejected", "inspect_reply"},
    {"GET", "/Task/1", "", "inspect_reply", "inspect_reply"},
    {"GET", "/Group/1", "", "inspect_reply", "inspect_reply"},
    {"GET", "/List/1", "", "inspect_reply", "inspect_reply"},
    {"GET", "/Bundle/1", "", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation", "patient=p1", "pass", "pass"},
    {"GET", "/Observation", "patient=p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation", "code=x", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "patient=p1&subject=Patient/p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation", "patient=p1&patient=p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation", "patient=p1,p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation", "subject=https://ehr.example.org/fhir/r4/Patient/p1", "pass", "pass"},
    {"GET", "/Observation", "subject=Patient%2Fp2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Observation", "patient=p1&_include=Observation:performer", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation", "patient=p1&_revinclude=Provenance:target", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation", "patient=p1&patient.name=x", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation", "patient.name=x", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "performer=Patient/p1", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation", "patient:identifier=s|1", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "patient:missing=true", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "patient:not=p2", "ResourceRejected", "inspect_reply"},
    {"GET", "/Observation", "Patient=p1", "ResourceRejected", "inspect_reply"},
    {"GET", "/Patient", "_id=p1", "pass", "pass"},
    {"GET", "/Patient", "_id=p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient", "_id=p1,p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient", "name=x", "ResourceRejected", "inspect_reply"},
    {"GET", "/Patient", "_id=p1&_has:Observation:patient:code=x", "inspect_reply", "inspect_reply"},
    {"GET", "/Patient", "link=Patient/p1", "ResourceRejected", "inspect_reply"},
    {"GET", "/Patient/p1/Observation", "", "pass", "pass"},
    {"GET", "/Patient/p2/Observation", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient/p1/Observation", "patient=p2", "PatientMismatch", "inspect_reply"},
    {"GET", "/Patient/p1/*", "", "pass", "pass"},
    {"GET", "/Patient/p2/*", "", "PatientMismatch", "inspect_reply"},
    {"GET", "/Encounter/e1/Observation", "", "ResourceRejected", "inspect_reply"},
    {"GET", "/Group", "member=Patient/p1", "inspect_reply", "inspect_reply"},
    {"GET", "/List", "subject=Patient/p1", "inspect_reply", "inspect_reply"},
    {"GET", "/Task", "patient=p1", "pass", "pass"},
    {"GET", "/Task", "status=x", "inspect_reply", "inspect_reply"},
    {"GET", "/Observation/_history", "", "ResourceRejected", "inspect_reply"},
    {"GET", "/_history", "", "ResourceRejected", "inspect_reply"},
    {"GET", "", "_type=Observation&patient=p1", "ResourceRejected", "inspect_reply"},
    {"POST", "/Observation/_search", "", "needs_body", "needs_body"},
    {"GET", "/Patient/p1/$everything", "", "ResourceRejected", "ResourceRejected"},
    {"POST", "", "", "needs_body", "needs_body"},
    {"POST", "/Observation", "", "needs_body", "needs_body"},
    {"PUT", "/Observation/1", "", "needs_body", "needs_body"},
    {"PATCH", "/Observation/1", "", "needs_body", "needs_body"},
    {"DELETE", "/Observation/1", "", "needs_target", "needs_target"},
    {"DELETE", "/Medication/1", "", "pass", "pass"},
    {"PUT", "/Patient/p1", "", "needs_body", "ScopeNotGranted"},
    {"PUT", "/Patient/p2", "", "PatientMismatch", "ScopeNotGranted"},
    {"DELETE", "/Patient/p1", "", "ResourceRejected", "ScopeNotGranted"},
    {"DELETE", "/Patient/p2", "", "PatientMismatch", "ScopeNotGranted"},
    {"POST", "/Patient", "", "ResourceRejected", "ScopeNotGranted"},
    {"PUT", "/Patient", "_id=p1", "ResourceRejected", "ScopeNotGranted"},
    {"PUT", "/Observation", "patient=p1&code=x", "needs_body", "needs_body"},
    {"PUT", "/Observation", "patient=p2&code=x", "PatientMismatch", "PatientMismatch"},
    {"PUT", "/Observation", "code=x", "ResourceRejected", "ResourceRejected"},
    {"PATCH", "/Observation", "subject=Patient/p1", "needs_body", "needs_body"},
    {"PATCH", "/Observation", "subject=Patient/p2", "PatientMismatch", "PatientMismatch"},
    {"DELETE", "/Observation", "patient=p1", "pass", "pass"},
    {"DELETE", "/Observation", "patient=p2", "PatientMismatch", "PatientMismatch"},
    {"DELETE", "/Observation", "identifier=x", "ResourceRejected", "ResourceRejected"},
    {"DELETE", "/Observation", "performer=Patient/p1", "ResourceRejected", "ResourceRejected"},
    {"DELETE", "/Observation", "patient=p1&patient.name=x", "ResourceRejected", "ResourceRejected"},
    {"DELETE", "/Task", "patient=p1", "pass", "pass"},
    {"DELETE", "/Medication", "code=x", "ResourceRejected", "pass"},
};

TEST(Decide, JudgesEveryAddressByWhomItIsAbout) {
  Facts user = facts_of_p1();
  user.granted = smart::ScopeSet("user/*.cruds");
  for (const Row& row : rows) {
    const auto request = fhir::classify({.method = row.method, .path = row.path, .query = row.query});
    ASSERT_TRUE(request) << row.path << ": " << request.error();
    EXPECT_EQ(decided(*request), row.patient_level) << row.method << " " << row.path << "?" << row.query;
    EXPECT_EQ(decided(*request, user), row.user_level)
        << row.method << " " << row.path << "?" << row.query << " (user)";
  }
}

TEST(Decide, RefusesAnotherPatientToAUserWhereThePolicySaysSo) {
  Facts user = facts_of_p1();
  user.granted = smart::ScopeSet("user/*.cruds");
  user.policy.foreign = Foreign::enforce;
  EXPECT_EQ(decided(sent("GET", "/Patient/p2"), user), "PatientMismatch");
  EXPECT_EQ(decided(sent("GET", "/Observation", "patient=p2"), user), "PatientMismatch");
  EXPECT_EQ(decided(sent("GET", "/Observation/1"), user), "inspect_reply");
}

TEST(Decide, NeedsAPatientForWhatIsForOnePatient) {
  Facts nobody = facts_of_p1();
  nobody.patient.reset();
  EXPECT_EQ(decided(sent("GET", "/Observation", "patient=p1"), nobody), "PatientContextMissing");
  EXPECT_EQ(decided(sent("POST", "/Observation"), nobody), "PatientContextMissing");
  nobody.granted = smart::ScopeSet("user/*.cruds");
  EXPECT_EQ(decided(sent("GET", "/Observation", "patient=p1"), nobody), "inspect_reply");
  EXPECT_EQ(decided(sent("POST", "/Observation"), nobody), "PatientContextMissing");
}

TEST(Decide, ReadsTheFormOfASearchBesideItsAddress) {
  const auto search = sent("POST", "/Observation/_search", "code=x");
  const auto with = [&](std::string_view form) { return word_of(decide(search, Body{.form = form}, facts_of_p1())); };
  EXPECT_EQ(with("patient=p1"), "pass");
  EXPECT_EQ(with("patient=p2"), "PatientMismatch");
  EXPECT_EQ(with("status=final"), "ResourceRejected");
  EXPECT_EQ(with(""), "ResourceRejected");
  EXPECT_EQ(with("patient=%"), "ResourceRejected");
  EXPECT_EQ(with("patient=p1&_has:Provenance:target:patient=p2"), "PatientMismatch");
  const auto both = sent("POST", "/Observation/_search", "patient=p1");
  EXPECT_EQ(word_of(decide(both, Body{.form = "patient=p2"}, facts_of_p1())), "PatientMismatch");
}

TEST(Decide, LetsAnOperationPassByNameOnly) {
  Facts facts = facts_of_p1();
  facts.policy.operations = {"$everything", "$meta-add", "$process"};
  EXPECT_EQ(decided(sent("GET", "/Patient/p1/$everything"), facts), "inspect_reply");
  EXPECT_EQ(decided(sent("GET", "/Patient/p2/$everything"), facts), "PatientMismatch");
  EXPECT_EQ(decided(sent("GET", "/Patient/p1/$expunge"), facts), "ResourceRejected");
  EXPECT_EQ(decided(sent("GET", "/$process", "patient=p2"), facts), "PatientMismatch");
  const auto add = sent("POST", "/Observation/1/$meta-add");
  const nlohmann::json parameters = {{"resourceType", "Parameters"}};
  EXPECT_EQ(decided(add, facts), "needs_body");
  EXPECT_EQ(decided(add, parameters, facts), "needs_target");
  EXPECT_EQ(decided(add, parameters, observation("Patient/p1", "1"), facts), "inspect_reply");
  EXPECT_EQ(decided(add, parameters, observation("Patient/p2", "1"), facts), "ResourceRejected");
  const nlohmann::json other = nlohmann::json::parse(
      R"({"resourceType":"Parameters","parameter":[{"name":"p","valueReference":{"reference":"Patient/p2"}}]})");
  EXPECT_EQ(decided(sent("POST", "/$process"), other, facts), "ResourceRejected parameter[0].valueReference");
}

TEST(Decide, AsksForTheBodyThenForTheTarget) {
  const auto update = sent("PUT", "/Observation/1");
  const Verdict first = decide(update, facts_of_p1());
  EXPECT_EQ(first.kind, Verdict::Kind::needs_body);
  const auto body = observation("Patient/p1", "1");
  const Verdict second = decide(update, Body{.json = &body}, facts_of_p1());
  ASSERT_EQ(second.kind, Verdict::Kind::needs_target);
  EXPECT_EQ(second.targets, (std::vector<Wanted>{{"Observation", "1"}}));
  EXPECT_EQ(word_of(decide(update, Body{}, facts_of_p1())), "ResourceRejected");
}

TEST(Decide, EachRecordOfAMessageSaysWhoseItIs) {
  const auto judged = [](const char* resource) {
    Facts facts = facts_of_p1();
    facts.policy.operations = {"$process-message"};
    const nlohmann::json message = {
        {"resourceType", "Bundle"},
        {"type", "message"},
        {"entry", nlohmann::json::array({{{"resource", {{"resourceType", "MessageHeader"}}}},
                                         {{"fullUrl", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},
                                          {"resource", {{"resourceType", "Patient"}, {"id", "p1"}}}},
                                         {{"resource", nlohmann::json::parse(resource)}}})}};
    return decided(sent("POST", "/$process-message"), message, facts);
  };
  EXPECT_EQ(judged(R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})"), "inspect_reply");
  EXPECT_EQ(
      judged(
          R"({"resourceType":"Observation","subject":{"reference":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}})"),
      "inspect_reply");
  EXPECT_EQ(judged(R"({"resourceType":"Observation"})"), "ResourceRejected entry[2].resource.subject");
  EXPECT_EQ(judged(R"({"resourceType":"Observation","subject":{"reference":"Patient/p2"}})"),
            "ResourceRejected entry[2].resource.subject");
}

}  // namespace
}  // namespace wardend::guard

// Whom an operation is on: its address and its Parameters say it, and both are read alike.
#include <gtest/gtest.h>

#include <string>

#include "protocol/fhir/operation_parameters.hpp"
#include "tests/unit/guard/ward_facts.hpp"
#include "tests/unit/guard/ward_server.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

Facts allowing() {
  Facts facts = enforced();
  facts.policy.operations = {"$evaluate"};
  return facts;
}

struct Row {
  std::string_view name;
  std::string_view value;
  bool passes;
};

constexpr Row rows[] = {
    {"patient", "p1", true},
    {"subject", "Patient/p1", true},
    {"subject", "https://ehr.example.org/fhir/r4/Patient/p1", true},
    {"subject", " p1", true},
    {"subjectId", "p1", true},
    {"subject", "p2", false},
    {"subject", "Patient/p2", false},
    {"subject", "patient/p2", false},
    {"subject", "/Patient/p2", false},
    {"subject", "p1,p2", false},
    {"subject", "Patient/p1,Patient/p2", false},
    {"subject", " p2", false},
    {"subject", "Group/g", false},
    {"subject", "Practitioner/d", false},
    {"subject", "", false},
    {"subject", "Ada Lovelace", false},
    {"subject", "https://other.example/Patient/p1", false},
    {"patient_id", "p2", false},
    {"patient_ref", "p2", false},
    {"patientReference", "p2", false},
    {" patient", "p2", false},
    {"source-patient", "p2", false},
    {"source-patient", "p1", true},
    {"target-patient", "p2", false},
    {"member", "p2", false},
    {"SUBJECT", "p2", false},
    {"for", "p2", false},
    {"encounter", "e1", true},
    {"encounter", "Encounter/e1", true},
    {"encounter", "e2", false},
    {"encounter", "Encounter/e2", false},
    {"encounter", "nowhere", false},
    {"encounter", "https://other.example/Encounter/e1", false},
    {"measure", "Measure/m", true},
    {"id", "p1", true},
    {"_id", "p2", false},
    {"mrn", "9434765870", false},
    {"mrn", "https://fhir.nhs.uk/Id/nhs-number|9434765919", true},
    {"identifier", "9434765870", false},
    {"identifier", "https://fhir.nhs.uk/Id/nhs-number|9434765870", false},
    {"identifier", "https://fhir.nhs.uk/Id/nhs-number|9434765919", true},
    {"x", "urn:x|1,https://fhir.nhs.uk/Id/nhs-number|9434765870", false},
    {"x", "Patient%2Fp2", false},
    {"query", "patient=p2", false},
    {"query", "patient%3Dp2", false},
    {"criteria", "code=x&patient=Patient/p2", false},
    {"data", "Observation?patient=p2", false},
    {"query", "patient=p1&code=x", true},
    {"url", "http://hospital.example/ValueSet?version=2", true},
    {"filter", "patient, aged", true},
    {"expression", "Patient.gender = 'female'", true},
    {"expression", "Patient.gender='female'", true},
    {"expression", "patient.identifier=x", false},
};

TEST(Operations, NameThisPatientInTheirAddressAndInTheirParametersAlike) {
  for (const Row& row : rows) {
    Server server = ward();
    const auto asked = sent("GET", "/Library/x/$evaluate");
    fhir::FhirRequest by_address = asked;
    by_address.parameters = {{.name = std::string(row.name), .value = std::string(row.value)}};
    const std::string read = server.decided(by_address, json(), allowing());
    EXPECT_EQ(read == "inspect_reply", row.passes) << row.name << "=" << row.value << ": " << read;
    for (const char* value : {"valueString", "valueId", "valueUri", "valueMarkdown"}) {
      const json parameters = {{"resourceType", "Parameters"},
                               {"parameter", json::array({{{"name", row.name}, {value, row.value}}})}};
      const std::string sent_on = server.decided(sent("POST", "/Library/$evaluate"), parameters, allowing());
      EXPECT_EQ(sent_on == "inspect_reply", row.passes)
          << row.name << " " << value << " " << row.value << ": " << sent_on;
    }
  }
}

// Whatever the parameter is called.
TEST(Operations, SayNothingElseOfAnotherPatientInTheirAddress) {
  for (const char* query :
       {"subject=p1&x=patient/p2", "subject=p1&x=/Patient/p2", "subject=p1&x=Observation%3Fpatient%3Dp2",
        "subject=p1&identifier=https://fhir.nhs.uk/Id/nhs-number%7C9434765870"})
    EXPECT_TRUE(decided(sent("GET", "/Library/x/$evaluate", query), allowing()).starts_with("ResourceRejected"))
        << query;
  for (const char* query :
       {"subject=p1&x=Measure/m", "subject=p1&x=http://loinc.org%7C8867-4", "subject=p1&x=2026-11-30",
        "subject=p1&identifier=https://fhir.nhs.uk/Id/nhs-number%7C9434765919"})
    EXPECT_EQ(decided(sent("GET", "/Library/x/$evaluate", query), allowing()), "inspect_reply") << query;
}

TEST(Operations, NameNobodyByAnotherModifier) {
  for (const char* query :
       {"subject:identifier=x%7CMRN-B", "patient:exact=p1", "subject.name=Ada", "encounter:identifier=x"})
    EXPECT_TRUE(decided(sent("GET", "/Library/x/$evaluate", query), allowing()).starts_with("ResourceRejected"))
        << query;
  EXPECT_EQ(decided(sent("GET", "/Library/x/$evaluate", "subject:Patient=p1"), allowing()), "inspect_reply");
}

TEST(Operations, NameThisPatientByEachKindOfValue) {
  const auto with = [](const char* parameter) {
    Server server = ward();
    return server.decided(sent("POST", "/Library/$evaluate"),
                          json::parse(R"({"resourceType":"Parameters","parameter":[)" + std::string(parameter) + "]}"),
                          allowing());
  };
  for (
      const char* own : {
          R"({"name":"subject","valueReference":{"reference":"Patient/p1"}})",
          R"({"name":"patient","valueIdentifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}})",
          R"({"name":"code","valueIdentifier":{"system":"urn:x","value":"1"}})",
          R"({"name":"subject","resource":{"resourceType":"Patient","id":"p1","name":[{"text":"Ada"}]}})",
          R"({"name":"count","valueInteger":2})",
          R"({"name":"practitioner","valueReference":{"reference":"Practitioner/d"}})",
      })
    EXPECT_EQ(with(own), "inspect_reply") << own;
  for (
      const char* other : {
          R"({"name":"subject","valueInteger":2})",
          R"({"name":"subject","valueReference":{"reference":"Group/g"}})",
          R"({"name":"subject","valueReference":{"reference":"Practitioner/d"}})",
          R"({"name":"subject","valueReference":{"identifier":{"system":"urn:x","value":"B"}}})",
          R"({"name":"subject","valueReference":{"display":"B"}})",
          R"({"name":"patient","valueIdentifier":{"system":"urn:x","value":"B"}})",
          R"({"name":"patient","valueIdentifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}})",
          R"({"name":"patient","valueHumanName":{"family":"B"}})",
          R"({"name":"subject","part":[{"name":"id","valueString":"p2"}]})",
          R"({"name":"x","part":[{"name":"subject","valueString":"p2"}]})",
          R"({"name":"patient","valueString":["p1"]})",
          R"({"name":"patient","valueBoolean":true})",
          R"({"name":"code","ValueString":"p2"})",
          R"({"name":"code","value":"p2"})",
          R"({"name":"mrn","valueIdentifier":{"system":"urn:x","value":"B"}})",
          R"({"name":"encounter","valueReference":{"reference":"Encounter/e2"}})",
          R"({"name":"encounter","valueReference":{"identifier":{"system":"urn:x","value":"B"}}})",
      })
    EXPECT_NE(with(other), "inspect_reply") << other;
}

TEST(Operations, OnWordsAndCodesNameNobody) {
  Facts facts = allowing();
  facts.policy.operations = {"$expand"};
  facts.granted = smart::ScopeSet("patient/*.rs user/ValueSet.rs");
  EXPECT_NE(decided(sent("GET", "/ValueSet/$expand", "identifier=http://vs"), facts), "ResourceRejected");
  EXPECT_EQ(decided(sent("GET", "/Library/x/$expand", "identifier=http://vs"), facts), "ResourceRejected");
}

// A server passes over a parameter that its operation does not have, and answers for everybody.
TEST(Operations, AreForWhomTheirAddressSaysPlainly) {
  const json values = json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})");
  const auto answered = [&](const std::string& query) {
    return word_of(
        judge_reply(sent("GET", "/Measure/m/$evaluate", query), {.status = 200, .json = &values}, allowing()));
  };
  EXPECT_EQ(answered("subject=Patient/p1"), "pass");
  for (const char* other :
       {"subject:Patient=p1", "patient=p1", "x.patient=p1", "a.b.patient=p1", "foo.subject=Patient/p1",
        "practitioner.patient=p1", "_has:Observation:performer:patient=p1", "for=p1", "x=Patient/p1"})
    EXPECT_TRUE(answered(other).starts_with("ResourceRejected")) << other;
}

// By the name that the operation has: a server passes over the other one. Of one that nobody knows by both.
TEST(Operations, AreForWhomTheyNameAsTheyAreDefined) {
  const json values = json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})");
  Facts facts = enforced();
  facts.policy.operations = {"$evaluate-measure", "$docref", "$lastn", "$own"};
  const auto answered = [&](const char* path, const char* query) {
    return word_of(judge_reply(sent("GET", path, query), {.status = 200, .json = &values}, facts));
  };
  EXPECT_EQ(answered("/Measure/m/$evaluate-measure", "subject=p1"), "pass");
  EXPECT_NE(answered("/Measure/m/$evaluate-measure", "patient=p1"), "pass");
  EXPECT_EQ(answered("/DocumentReference/$docref", "patient=p1"), "pass");
  EXPECT_NE(answered("/DocumentReference/$docref", "subject=p1"), "pass");
  EXPECT_EQ(answered("/Observation/$lastn", "subject:Patient=p1"), "pass") << "its parameters are a search's";
  EXPECT_EQ(answered("/$own", "subject=p1&patient=p1"), "pass");
  EXPECT_NE(answered("/$own", "subject=p1"), "pass");
  EXPECT_NE(answered("/$own", "patient=p1"), "pass");
}

// Of one by POST the server reads its body alone.
TEST(Operations, ByPostAreNotForWhomTheirAddressNames) {
  const json values = json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})");
  auto asked = sent("POST", "/Library/x/$evaluate", "subject=Patient/p1");
  EXPECT_TRUE(
      word_of(judge_reply(asked, {.status = 200, .json = &values}, allowing())).starts_with("ResourceRejected"));
  fhir::add_whom(asked,
                 json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"subject","valueId":"p1"}]})"));
  EXPECT_EQ(word_of(judge_reply(asked, {.status = 200, .json = &values}, allowing())), "pass");
}

// As the address says it.
TEST(Operations, AreAboutWhomTheirParametersName) {
  const json values = json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"id","valueString":"high"}]})");
  const auto answered_to = [&](const char* parameters, const char* path = "/Library/x/$evaluate") {
    auto asked = sent("POST", path);
    fhir::add_whom(asked,
                   json::parse(R"({"resourceType":"Parameters","parameter":[)" + std::string(parameters) + "]}"));
    return word_of(judge_reply(asked, {.status = 200, .json = &values}, allowing()));
  };
  EXPECT_EQ(answered_to(R"({"name":"subject","valueReference":{"reference":"Patient/p1"}})"), "pass");
  EXPECT_EQ(answered_to(R"({"name":"subject","valueId":"p1"})"), "pass");
  EXPECT_EQ(answered_to(R"({"name":"subject","valueString":"Patient/p1"})", "/$evaluate"), "pass");
  EXPECT_EQ(answered_to(R"({"name":"subject","valueId":"p1"})", "/Observation/$evaluate"), "pass");
  EXPECT_TRUE(answered_to("", "/$evaluate").starts_with("ResourceRejected"));
  for (const char* unsaid :
       {"", R"({"name":"code","valueCode":"p1"})", R"({"name":"subject","valueReference":{"display":"Ada"}})",
        R"({"name":"x","part":[{"name":"subject","valueId":"p1"}]})",
        R"({"name":"subject"},{"name":"subject","valueId":"p1"})",
        R"({"name":"subject","valueId":"p1"},{"name":"subject"})"})
    EXPECT_TRUE(answered_to(unsaid).starts_with("ResourceRejected")) << unsaid << answered_to(unsaid);
}

TEST(Operations, AnAnswerMayNameThemForPeople) {
  const json answer = json::parse(
      R"({"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Ada, Countess of Lovelace"}]})");
  EXPECT_EQ(word_of(judge_reply(sent("GET", "/Library/x/$evaluate", "subject=Patient/p1"),
                                {.status = 200, .json = &answer}, allowing())),
            "pass");
}

}  // namespace
}  // namespace wardend::guard

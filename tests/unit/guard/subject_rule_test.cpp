#include "daemon/guard/subject_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

Whose whose_is(const std::string& record) {
  const Facts facts = enforced();
  const Entries none;
  Referred referred(facts);
  return whose(json::parse(record), {.facts = facts, .entries = none, .referred = referred});
}

struct Subject {
  std::string_view member;  // of the record: what says whom it is about
  Whose read;               // by its id, where it alone says whose it is
  bool found;               // whether it passes as found by a search for the patient
};

// Each record names this patient as its performer.
constexpr Subject subjects[] = {
    {R"("subject":{"reference":"Patient/p1"})", Whose::own, true},
    {R"("subject":{"reference":"Patient/p1/_history/3"})", Whose::own, true},
    {R"("subject":{"reference":"https://ehr.example.org/fhir/r4/Patient/p1"})", Whose::own, true},
    {R"("subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"943 476 5919"}})", Whose::own,
     true},
    {R"("subject":{"reference":"Patient/p1","identifier":{"system":"urn:x","value":"B"}})", Whose::own, true},
    {R"("subject":{"reference":"Patient/p1","identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}})",
     Whose::foreign, false},
    {R"("subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}})", Whose::foreign,
     false},
    {R"("subject":{"type":"Patient","identifier":{"system":"urn:x","value":"B"}})", Whose::unclear, true},
    {R"("subject":{"identifier":{"system":"urn:x","value":"B"}})", Whose::unclear, true},
    {R"("subject":{"display":"B Smith"})", Whose::unclear, true},
    {R"("subject":"Patient/p1")", Whose::unclear, true},
    {R"("subject":{})", Whose::unclear, true},
    {R"("subject":null)", Whose::silent, true},
    {R"("status":"final")", Whose::silent, true},
    {R"("subject":{"reference":"Location/ward"})", Whose::silent, true},
    {R"("subject":{"reference":"patient/p2"})", Whose::foreign, false},
    {R"("subject":{"reference":"/Patient/p2"})", Whose::foreign, false},
    {R"("subject":{"reference":"Patient/p2/"})", Whose::foreign, false},
    {R"("subject":{"reference":" Patient/p2"})", Whose::foreign, false},
    {R"("subject":{"reference":"Patient/p2#x"})", Whose::foreign, false},
    {R"("subject":{"reference":"Patient/p2|1"})", Whose::foreign, false},
    {R"("subject":{"reference":"Patient?identifier=B"})", Whose::foreign, false},
    {R"("subject":{"reference":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"})", Whose::foreign, false},
    {R"("subject":{"reference":"#x"})", Whose::foreign, false},
    {R"("subject":{"reference":"#p1"},"contained":[{"resourceType":"Patient","id":"p1"}])", Whose::foreign, false},
    {R"("subject":{"reference":"RelatedPerson/rb"})", Whose::foreign, false},
    {R"("subject":{"reference":"Group/gb"})", Whose::foreign, false},
    {R"("subject":{"reference":"Device/d"})", Whose::foreign, false},
    {R"("subject":{"reference":"https://other.example.org/x/1"})", Whose::foreign, false},
    {R"("subject":{"reference":5})", Whose::foreign, false},
    // As an import leaves it: nobody can follow the one, and the other is an official number of this patient's.
    {R"("subject":{"reference":"urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
         "identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}})",
     Whose::own, true},
    {R"("subject":{"reference":"urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
         "identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}})",
     Whose::foreign, false},
    {R"("subject":{"reference":"urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0","identifier":{"system":"urn:x","value":"1"}})",
     Whose::foreign, false},
    {R"("subject":[{"reference":"Patient/p1"}])", Whose::foreign, false},
};

TEST(SubjectRule, WhoseARecordIsItsSubjectSaysAndNoMentionElsewhere) {
  for (const Subject& row : subjects) {
    const std::string text = R"({"resourceType":"Observation","id":"1","performer":[{"reference":"Patient/p1"}],)" +
                             std::string(row.member) + "}";
    const json record = json::parse(text);
    const Facts facts = enforced();
    const Entries none;
    Referred referred(facts);
    EXPECT_EQ(whose(record, {.facts = facts, .entries = none, .referred = referred}), row.read) << text;
    const auto passes = [&](std::string_view path, std::string_view query, const json& reply) {
      return judge_reply(sent("GET", path, query), {.status = 200, .json = &reply}, facts).kind == Verdict::Kind::pass;
    };
    const json found = {{"resourceType", "Bundle"}, {"entry", json::array({{{"resource", record}}})}};
    json included = {{"resourceType", "Bundle"},
                     {"entry", json::array({{{"resource", observation("Patient/p1", "2")}}})}};
    included["entry"][0]["resource"]["hasMember"] = json::array({{{"reference", "Observation/1"}}});
    included["entry"].push_back({{"resource", record}, {"search", {{"mode", "include"}}}});
    EXPECT_EQ(passes("/Observation/1", "", record), row.read == Whose::own) << text;
    EXPECT_EQ(passes("/Observation", "performer=Patient/p1", found), row.read == Whose::own) << text;
    EXPECT_EQ(passes("/Observation", "patient=p1&_include=Observation:has-member", included), row.read == Whose::own);
    EXPECT_EQ(passes("/Observation", "patient=p1", found), row.found) << text;
    EXPECT_EQ(judge_reply(sent("GET", "/Observation", "patient=p1"), {.status = 200, .json = &found}, facts_of_p1())
                  .overridden.empty(),
              row.found)
        << text;
  }
}

TEST(SubjectRule, ATypeThatR4DoesNotHaveSaysSoByTheNamesThatOthersHave) {
  const struct {
    const char* record;
    Whose expected;
  } table[] = {
      {R"({"resourceType":"NutritionIntake","subject":{"reference":"Patient/p1"}})", Whose::own},
      {R"({"resourceType":"NutritionIntake","subject":{"reference":"RelatedPerson/r"},"source":{"reference":"Patient/p1"}})",
       Whose::foreign},
      {R"({"resourceType":"MedicationOrder","patient":{"reference":"Patient/p1"}})", Whose::own},
      {R"({"resourceType":"Consent","subject":{"reference":"Patient/p1"}})", Whose::own},
      {R"({"resourceType":"VerificationResult","target":[{"reference":"Patient/p1"}]})", Whose::own},
      {R"({"resourceType":"DeviceMetric","source":{"reference":"Device/d"}})", Whose::silent},
      {R"({"resourceType":"Transport","for":{"reference":"RelatedPerson/r"},"owner":{"reference":"Patient/p1"}})",
       Whose::foreign},
      {R"({"resourceType":"SupplyRequest","deliverTo":{"reference":"Patient/p1"},"deliverFor":{"display":"B"}})",
       Whose::unclear},
      {R"({"resourceType":"Ward"})", Whose::unclear},
      {R"({"resourceType":"Slot"})", Whose::nobodys},
      {R"({"resourceType":"Practitioner"})", Whose::nobodys},
  };
  for (const auto& row : table) EXPECT_EQ(whose_is(row.record), row.expected) << row.record;
}

TEST(SubjectRule, AWriteSaysByNoOtherNameThatItIsAboutSomebodyElse) {
  for (const char* other :
       {R"("deliverFor":{"reference":"Patient/p2"})", R"("deliverFor":{"identifier":{"system":"urn:x","value":"B"}})",
        R"("deliverFor":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}})",
        R"("deliverFor":{"display":"B"})", R"("subject":{"display":"B"})"}) {
    const json request =
        json::parse(R"({"resourceType":"SupplyRequest","id":"1","deliverTo":{"reference":"Patient/p1"},)" +
                    std::string(other) + "}");
    EXPECT_TRUE(decided(sent("POST", "/SupplyRequest"), request).starts_with("ResourceRejected")) << other;
    EXPECT_TRUE(decided(sent("DELETE", "/SupplyRequest/1"), json(), request).starts_with("ResourceRejected")) << other;
  }
  const json own = json::parse(R"({"resourceType":"SupplyRequest","deliverTo":{"reference":"Patient/p1"},
      "deliverFor":{"reference":"Patient/p1"}})");
  EXPECT_EQ(decided(sent("POST", "/SupplyRequest"), own), "pass");
}

TEST(SubjectRule, AllWhomALinkageIsAboutAreNamed) {
  for (const char* element :
       {R"("resourceType":"VerificationResult","target":[{"reference":"Patient/p1"},OTHER])",
        R"("resourceType":"Linkage","item":[{"resource":{"reference":"Patient/p1"}},{"resource":OTHER}])"})
    for (const char* other : {R"({"display":"B"})", R"({"identifier":{"system":"urn:x","value":"B"}})"}) {
      std::string text = "{" + std::string(element) + "}";
      text.replace(text.find("OTHER"), 5, other);
      EXPECT_EQ(whose_is(text), Whose::unclear) << text;
      const json record = json::parse(text);
      const std::string type = record["resourceType"];
      EXPECT_TRUE(decided(sent("POST", "/" + type), record).starts_with("ResourceRejected")) << text;
    }
}

TEST(SubjectRule, APatientWhoIsSaidToBeAGroupIsNone) {
  EXPECT_EQ(whose_is(R"({"resourceType":"Observation","subject":{"reference":"Patient/p1","type":"Group"}})"),
            Whose::foreign);
  for (const char* type : {"Patient", "http://hl7.org/fhir/StructureDefinition/Patient", "us-core-patient"})
    EXPECT_EQ(whose_is(R"({"resourceType":"Observation","subject":{"reference":"Patient/p1","type":")" +
                       std::string(type) + "\"}}"),
              Whose::own)
        << type;
}

TEST(SubjectRule, AListSaysThePatientBesideStaffAndRelatives) {
  const struct {
    const char* record;
    Whose expected;
  } table[] = {
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/p1"}},
           {"actor":{"reference":"RelatedPerson/r"}},{"actor":{"display":"Dr. Grey"}},{"actor":{"reference":"Device/d"}}]})",
       Whose::own},
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/p1"}},
           {"actor":{"type":"Patient","display":"B"}}]})",
       Whose::unclear},
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"RelatedPerson/r"}}]})", Whose::silent},
      {R"({"resourceType":"Communication","recipient":[{"reference":"Patient/p1"},{"reference":"Group/g"}]})",
       Whose::own},
      {R"({"resourceType":"Communication","subject":{"reference":"Group/g"},"recipient":[{"reference":"Patient/p1"}]})",
       Whose::foreign},
      {R"({"resourceType":"AppointmentResponse","actor":{"reference":"RelatedPerson/r"}})", Whose::silent},
      {R"({"resourceType":"Binary","securityContext":{"reference":"DocumentReference/d"}})", Whose::silent},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"},{"reference":"Location/l"}]})",
       Whose::nobodys},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Location/l"},{"reference":"Device/mri"}]})",
       Whose::nobodys},
      {R"({"resourceType":"Schedule","actor":[{"reference":"#p"}]})", Whose::silent},
      {R"({"resourceType":"Schedule","actor":[{"reference":"#"}]})", Whose::silent},
      {R"({"resourceType":"Schedule","actor":[{"reference":"#h"}],
           "contained":[{"resourceType":"HealthcareService","id":"h"}]})",
       Whose::nobodys},
      {R"({"resourceType":"Schedule","actor":[{"reference":"Practitioner/d"},{"reference":"RelatedPerson/r"}]})",
       Whose::silent},
      {R"({"resourceType":"Group","type":"person"})", Whose::silent},
  };
  for (const auto& row : table) EXPECT_EQ(whose_is(row.record), row.expected) << row.record;
}

}  // namespace
}  // namespace wardend::guard

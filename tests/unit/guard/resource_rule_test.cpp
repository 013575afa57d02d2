#include "daemon/guard/resource_rule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

std::string created(std::string_view text, const Facts& facts = facts_of_p1()) {
  const json resource = json::parse(text);
  return decided(sent("POST", "/" + resource.value("resourceType", "Observation")), resource, facts);
}

struct Row {
  std::string_view resource;
  std::string_view expected;
};

// Each form of a reference, of this patient and of another one.
constexpr Row rows[] = {
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p2"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1/_history/1"}})", "pass"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p2/_history/1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"https://ehr.example.org/fhir/r4/Patient/p1"}})", "pass"},
    {R"({"resourceType":"Condition","subject":{"reference":"https://ehr.example.org/fhir/r4/Patient/p2"}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"https://other.example.org/fhir/Patient/p1"}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"urn:uuid:1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p"}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"Condition","subject":{"reference":"#p"},"contained":[{"resourceType":"Group","id":"p"}]})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient?identifier=1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"type":"Patient","identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"943 476 5919"}}})",
     "pass"},
    {R"({"resourceType":"Condition","subject":{"type":"Patient","identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765918"}}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"identifier":{"system":"mrn","value":"1"}}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"identifier":{"value":"9434765919"}}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"display":"Ann"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1","identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"4505577104"}}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1","identifier":{"system":"mrn","value":"7"}}})",
     "pass"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1","type":"Group"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Group/p1","type":"Patient"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Group/g1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"patient/p1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/%701"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/p1/"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":"Patient/../Patient/p1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":"Patient/p1"})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":[{"reference":"Patient/p1"}]})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":{"reference":["Patient/p1"]}})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","subject":null})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition"})", "ResourceRejected subject"},
    {R"({"resourceType":"Condition","patient":{"reference":"Patient/p1"}})", "ResourceRejected subject"},
    {R"({"resourceType":"Observation"})", "ResourceRejected subject"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p2"}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Practitioner/d"}]})",
     "pass"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"focus":[{"reference":"Patient/p2"}]})",
     "ResourceRejected focus[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "extension":[{"url":"x","valueReference":{"reference":"Patient/p2"}}]})",
     "ResourceRejected extension[0].valueReference"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"contained":[{"resourceType":"Condition",
         "id":"c","subject":{"reference":"Patient/p2"}}]})",
     "ResourceRejected contained[0].subject"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "performer":[{"reference":"Patient/p2","resourceType":"Reference"}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "focus":[{"reference":"Patient/p2","resourceType":"Patient","id":"p1"}]})",
     "ResourceRejected focus[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"contained":[{"resourceType":"Observation",
         "id":"o","subject":{"resourceType":"R","reference":"Patient/p2"}}]})",
     "ResourceRejected contained[0].subject"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[
         {"type":"http://hl7.org/fhir/StructureDefinition/Patient|4.0.1","identifier":{"system":"mrn","value":"2"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "performer":[{"type":"patient","identifier":{"system":"mrn","value":"2"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "performer":[{"type":" Patient ","identifier":{"system":"mrn","value":"2"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "performer":[{"type":"Practitioner","identifier":{"system":"mrn","value":"2"}}]})",
     "pass"},
    {R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","subject":
         {"reference":"Patient/p1"}},"response":{"status":"201","location":"Patient/p2/_history/1"}}]})",
     "ResourceRejected entry[0].response.location"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "performer":[{"reference":{},"type":"Patient","identifier":{"system":"mrn","value":"2"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1","identifier":[{"system":"mrn","value":"2"}]}})",
     "ResourceRejected subject"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"contained":[{"resourceType":"Patient","id":"p","name":[{"text":"Ada"}],"identifier":
         [{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}]}]})",
     "pass"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"contained":[{"resourceType":"Patient","id":"p","identifier":
         [{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}]}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"contained":[{"resourceType":"Patient","id":"p","link":[{"other":
         {"reference":"Patient/p2"}}]}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"author":[{"reference":"#p"}],"contained":[{"resourceType":"Patient","id":"p"}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"contained":[{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"q"}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p"}},"contained":[{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"p"}]})",
     "ResourceRejected contained[0]"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p","extension":[{"url":"x","valueReference":{"reference":"Patient/p2"}}]}},
         "contained":[{"resourceType":"Patient","id":"p"}]})",
     "ResourceRejected context.sourcePatientInfo.extension[0].valueReference"},
    {R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},"context":{"sourcePatientInfo":
         {"reference":"#p","type":"Patient","identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number",
         "value":"9434765870"}}},"contained":[{"resourceType":"Patient","id":"p"}]})",
     "ResourceRejected context.sourcePatientInfo"},
    {R"({"resourceType":"MedicationOrder","patient":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"MedicationOrder","patient":{"reference":"Group/g"}})", "ResourceRejected"},
    {R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p2"}})", "ResourceRejected patient"},
    {R"({"resourceType":"AllergyIntolerance","subject":{"reference":"Patient/p1"}})", "ResourceRejected patient"},
    {R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/p1"},"payor":[{"reference":"Patient/p2"}]})",
     "ResourceRejected payor[0]"},
    {R"({"resourceType":"Task","for":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"Task","for":{"reference":"Patient/p1"},"identifier":[{"system":"urn:tasks","value":"1"},
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}]})",
     "ResourceRejected identifier[1]"},
    {R"({"resourceType":"RelatedPerson","patient":{"reference":"Patient/p1"},
         "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}]})",
     "pass"},
    {R"({"resourceType":"Task","focus":{"reference":"Patient/p1"}})", "ResourceRejected for"},
    {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Practitioner/d"}},
         {"actor":{"reference":"Patient/p1"}}]})",
     "pass"},
    {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/p1"}},
         {"actor":{"reference":"Patient/p2"}}]})",
     "ResourceRejected participant[1].actor"},
    {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Practitioner/d"}}]})",
     "ResourceRejected participant.actor"},
    {R"({"resourceType":"Group","member":[{"entity":{"reference":"Patient/p1"}},{"entity":{"reference":"Patient/p2"}}]})",
     "ResourceRejected member[1].entity"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"4505577104"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"943 476 5919"}}]})",
     "pass"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"focus":[{"type":"Group","identifier":
         {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"4505577104"}}]})",
     "ResourceRejected focus[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Practitioner/d",
         "identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"4505577104"}}]})",
     "ResourceRejected performer[0]"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"extension":[{"url":"x","valueReference":
         {"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"4505577104"}}}]})",
     "ResourceRejected extension[0].valueReference"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"identifier":
         {"system":"https://fhir.hl7.org.uk/Id/gmc-number","value":"4505577104"}}]})",
     "pass"},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"valueString":"Patient/family"})", "pass"},
    {R"({"resourceType":"Medication","code":{"text":"aspirin"}})", "pass"},
    {R"({"resourceType":"Medication","contained":[{"resourceType":"Patient"}]})", "ResourceRejected contained[0]"},
    {R"({"resourceType":"Binary","contentType":"text/plain"})", "ResourceRejected securityContext"},
    {R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Observation","subject":
         {"reference":"Patient/p1"}},"request":{"method":"DELETE","url":"Observation/1"}}]})",
     "ResourceRejected type"},
    {R"({"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"https://other.example/fhir/Patient/p1","resource":
         {"resourceType":"Patient","id":"p1"}}]})",
     "ResourceRejected entry[0].fullUrl"},
    {R"({"resourceType":"Binary","securityContext":{"reference":"Patient/p1"}})", "pass"},
    {R"({"resourceType":"Subscription","criteria":"Observation?subject=Patient/p2"})", "ResourceRejected"},
    {R"({"resourceType":"Binary","securityContext":{"reference":"Patient/p2"}})", "ResourceRejected securityContext"},
    {R"({"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:uuid:1","resource":
         {"resourceType":"Patient","id":"p1"}},{"resource":{"resourceType":"Composition","subject":
         {"reference":"urn:uuid:1"}}}]})",
     "pass"},
    {R"({"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:uuid:1","resource":
         {"resourceType":"Patient","id":"p2"}}]})",
     "ResourceRejected entry[0].resource"},
    {R"({"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Observation","subject":
         {"reference":"Patient/p2"}}}]})",
     "ResourceRejected entry[0].resource.subject"},
};

TEST(ResourceRule, EveryReferenceIsToThisPatient) {
  for (const Row& row : rows) EXPECT_EQ(created(row.resource), row.expected) << row.resource;
}

TEST(ResourceRule, ADocumentWithManyCopiesIsWalkedOnce) {
  json document = json::parse(R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},
      "context":{"sourcePatientInfo":{"reference":"#s"}},"contained":[{"resourceType":"Basic","id":"s"}]})");
  for (int i = 0; i < 20'000; ++i) document["contained"].push_back({{"resourceType", "Patient"}, {"id", "s"}});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(decided(sent("POST", "/DocumentReference"), document), "ResourceRejected contained[1]");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << "20,000 times 20,000 take minutes";
}

TEST(ResourceRule, IsOfTheTypeAndTheIdThatItIsWrittenTo) {
  const auto update = sent("PUT", "/Observation/1");
  EXPECT_EQ(decided(update, observation("Patient/p1", "1")), "needs_target");
  EXPECT_EQ(decided(update, observation("Patient/p1", "2")), "ResourceRejected id");
  EXPECT_EQ(decided(update, observation("Patient/p1")), "ResourceRejected id");
  EXPECT_EQ(decided(sent("PUT", "/Condition/1"), observation("Patient/p1", "1")), "ResourceRejected resourceType");
  EXPECT_EQ(decided(update, json::array({observation("Patient/p1", "1")})), "ResourceRejected");
  EXPECT_EQ(decided(update, json("Observation")), "ResourceRejected");
  json other = observation("Patient/p1", "1");
  other["id"] = 1;
  EXPECT_EQ(decided(update, other), "ResourceRejected id");
}

TEST(ResourceRule, AnEncounterIsThatOfTheLaunchOrIsRead) {
  constexpr std::string_view resource =
      R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"}})";
  Facts facts = facts_of_p1();
  EXPECT_EQ(created(resource, facts), "needs_target") << "the launch named none: whose it is must be read";
  facts.encounter = "e1";
  EXPECT_EQ(created(resource, facts), "pass");
  facts.encounter = "e2";
  EXPECT_EQ(created(resource, facts), "needs_target") << "an earlier one of the same patient may be meant";
  EXPECT_EQ(created(R"({"resourceType":"DocumentReference","subject":{"reference":"Patient/p1"},
      "context":{"encounter":[{"reference":"Encounter/e1"}]}})",
                    facts),
            "needs_target");
  for (const std::string_view unseen :
       {R"({"reference":"Encounter?identifier=x"})", R"({"identifier":{"value":"e2"}})", R"({"reference":"#e"})",
        R"({"reference":"https://other.example.org/fhir/Encounter/e2"})"})
    EXPECT_EQ(created(R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},"encounter":)" +
                          std::string(unseen) + "}",
                      facts),
              "EncounterMismatch")
        << unseen;
}

TEST(ResourceRule, OnlyAnOfficialIdentifierStandsForThePatient) {
  Facts facts = facts_of_p1();
  facts.identifiers.push_back({.system = "mrn", .value = "1", .official = false});
  facts.patient_systems = {"https://standards.digital.health.nz/ns/nhi-id"};
  const auto named = [&](const std::string& element, const std::string& system, const std::string& value) {
    return created(R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},")" + element +
                       R"(":{"identifier":{"system":")" + system + R"(","value":")" + value + R"("}}})",
                   facts);
  };
  EXPECT_EQ(created(R"({"resourceType":"Condition","subject":{"identifier":{"system":"mrn","value":"1"}}})", facts),
            "ResourceRejected subject");
  EXPECT_EQ(named("asserter", "mrn", "1"), "pass");
  EXPECT_EQ(named("asserter", "mrn", "2"), "ResourceRejected asserter");
  EXPECT_EQ(named("asserter", "https://standards.digital.health.nz/id/nhi", "ZZZ0016"), "ResourceRejected asserter")
      << "the site says that this system numbers patients, by its older name";
  EXPECT_EQ(named("asserter", "staff", "2"), "pass");
  facts.identifiers.clear();
  EXPECT_EQ(named("asserter", "https://standards.digital.health.nz/id/nhi", "ZZZ0016"), "ResourceRejected asserter")
      << "nobody knows whether it is this patient's";
  EXPECT_EQ(named("asserter", "mrn", "2"), "pass");
}

TEST(ResourceRule, NoRefusalNamesAPatient) {
  for (const Row& row : rows) {
    const json resource = json::parse(row.resource);
    const Verdict verdict =
        decide(sent("POST", "/" + resource.value("resourceType", "")), Body{.json = &resource}, facts_of_p1());
    if (verdict.error) EXPECT_FALSE(verdict.error->detail().contains("p2")) << verdict.error->detail();
  }
}

}  // namespace
}  // namespace wardend::guard

#include "daemon/guard/proof_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

Facts enforced(std::string_view granted = "patient/*.cruds patient/Patient.cruds") {
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet(granted);
  facts.policy.foreign = Foreign::enforce;
  facts.policy.operations = {"$everything", "$lastn"};
  return facts;
}

struct Shaped {
  std::string_view path;
  std::string_view query;
  std::string_view patient_level;
  std::string_view user_level;
};

constexpr Shaped shaped[] = {
    {"/Observation/1", "", "inspect_reply", "inspect_reply"},
    {"/Observation/1", "_elements=valueString", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=text", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=data", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=true", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=count", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1", "_summary=false", "inspect_reply", "inspect_reply"},
    {"/Observation/1/_history", "_elements=valueString", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1/_history", "_count=0", "ResourceRejected", "ResourceRejected"},
    {"/Observation/1/_history/1", "_elements=valueString", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "patient=p1&_elements=code", "pass", "pass"},
    {"/Observation", "patient=p1&_summary=count", "pass", "pass"},
    {"/Observation", "patient=p1&_has:Provenance:target:agent=x&_elements=code", "inspect_reply", "inspect_reply"},
    {"/Observation", "patient=p1&_include=*&_elements=code", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "patient=p1&_revinclude=Provenance:target&_summary=text", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "patient=p1&_include=*", "inspect_reply", "inspect_reply"},
    {"/Observation", "performer=Patient/p1&_elements=code", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_summary=count", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=0", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x", "ResourceRejected", "inspect_reply"},
    {"/Device", "_elements=deviceName", "ResourceRejected", "ResourceRejected"},
    {"/Device", "type=x", "ResourceRejected", "inspect_reply"},
    {"/Device", "patient=p1", "pass", "pass"},
    {"/Task", "owner=Patient/p2&code=hiv", "PatientMismatch", "PatientMismatch"},
    {"/Task", "encounter=Encounter/e2&code=hiv", "ResourceRejected", "inspect_reply"},
    {"/Task", "subject=Patient/p1", "pass", "pass"},
    {"/NutritionIntake", "patient=p1", "inspect_reply", "inspect_reply"},
    {"/Bundle", "composition=Composition/c", "ResourceRejected", "inspect_reply"},
    {"/Bundle", "composition.patient=p1", "inspect_reply", "inspect_reply"},
    {"/Practitioner", "_has:Observation:performer:code=hiv", "ResourceRejected", "ResourceRejected"},
    {"/Slot", "schedule=Schedule/s", "pass", "pass"},
    {"/Slot", "schedule.actor=Practitioner/d1", "inspect_reply", "inspect_reply"},
    {"/Slot", "schedule.actor=p2", "ResourceRejected", "ResourceRejected"},
    {"/Schedule", "actor=Practitioner/d1,Location/l1", "inspect_reply", "inspect_reply"},
    {"/Schedule", "actor:Practitioner=d1", "inspect_reply", "inspect_reply"},
    {"/Schedule", "actor=d1", "inspect_reply", "inspect_reply"},
    {"/Schedule", "actor=p1", "ResourceRejected", "inspect_reply"},
    {"/Schedule", "actor:identifier=x", "ResourceRejected", "inspect_reply"},
    {"/Schedule", "actor:Practitioner.identifier=x", "inspect_reply", "inspect_reply"},
    {"/Schedule", "actor:Patient.identifier=x", "ResourceRejected", "ResourceRejected"},
    {"/Schedule", "active=true&specialty=x", "inspect_reply", "inspect_reply"},
    {"/Schedule", "_id=sc1", "inspect_reply", "inspect_reply"},
    // A yes or no of whatever refers to what is about nobody.
    {"/Slot", "schedule.actor=Practitioner/d1&_revinclude=Appointment:slot", "ResourceRejected", "ResourceRejected"},
    {"/Medication", "code=x&_revinclude=MedicationRequest:medication", "ResourceRejected", "ResourceRejected"},
    {"/Slot", "status=free&_include=Slot:schedule", "inspect_reply", "inspect_reply"},
    {"/Appointment", "patient=p1&_revinclude=AppointmentResponse:appointment", "inspect_reply", "inspect_reply"},
    {"/Schedule", "actor=Practitioner/d1,RelatedPerson/r1", "ResourceRejected", "inspect_reply"},
    {"/Observation", "code=x&_count=00", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=%200", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=-1", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=0.0", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=0,1", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=", "ResourceRejected", "ResourceRejected"},
    {"/Observation", "code=x&_count=10", "ResourceRejected", "inspect_reply"},
    {"/Medication", "code=x&_elements=code", "pass", "pass"},
    {"/Medication", "_revinclude=MedicationRequest:medication&_elements=code", "ResourceRejected", "ResourceRejected"},
    {"/Patient/p1", "_elements=name", "pass", "pass"},
    {"/Patient/p1/_history", "_elements=name", "pass", "pass"},
    {"/Patient/p1/Observation", "_elements=code", "pass", "pass"},
    {"/Patient/p1/$everything", "_elements=code", "inspect_reply", "inspect_reply"},
    {"/Encounter/e2/$everything", "_elements=code", "ResourceRejected", "ResourceRejected"},
    {"/Observation/$lastn", "patient=p1&_elements=code", "inspect_reply", "inspect_reply"},
    {"/Observation/$lastn", "_elements=code", "ResourceRejected", "ResourceRejected"},
};

TEST(ProofRule, TheAnswerIsNotShapedWhereItAloneSaysWhoseItIs) {
  for (const Shaped& row : shaped) {
    const auto request = fhir::classify({.method = "GET", .path = row.path, .query = row.query});
    ASSERT_TRUE(request) << row.path << "?" << row.query << ": " << request.error();
    EXPECT_EQ(decided(*request, enforced()), row.patient_level) << row.path << "?" << row.query;
    EXPECT_EQ(decided(*request, enforced("user/*.cruds")), row.user_level) << row.path << "?" << row.query;
  }
  EXPECT_EQ(decided(sent("GET", "/Observation/1", "_elements=code"), facts_of_p1()), "inspect_reply") << "is recorded";
}

TEST(ProofRule, SaysWhatToAskFor) {
  const Verdict refused = decide(sent("GET", "/Observation/1", "_elements=code"), enforced());
  ASSERT_TRUE(refused.error);
  const auto* error = refused.error->as<errors::ResourceRejected>();
  ASSERT_NE(error, nullptr);
  EXPECT_TRUE(error->reason->contains("_elements")) << *error->reason;
  EXPECT_TRUE(error->reason->contains("patient=ID")) << *error->reason;
}

TEST(ProofRule, JudgesTheFormOfASearchAsItsAddress) {
  const auto search = sent("POST", "/Device/_search");
  EXPECT_EQ(word_of(decide(search, Body{.form = "type=x&_elements=type"}, enforced("user/*.cruds"))),
            "ResourceRejected");
  EXPECT_EQ(word_of(decide(search, Body{.form = "patient=p1&_elements=type"}, enforced())), "pass");
}

struct Answer {
  std::string_view path;
  std::string_view query;
  std::string_view reply;
  std::string_view place;  // of the record that may be anybody's; "-": none
};

constexpr Answer answers[] = {
    {"/Observation/1", "", R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}})", "-"},
    {"/Observation/1", "", R"({"resourceType":"Observation","id":"1","valueString":"x"})", ""},
    {"/Observation/1", "", R"({"resourceType":"Observation","id":"1","subject":{"display":"Ada"}})", ""},
    {"/Observation/1", "",
     R"({"resourceType":"Observation","id":"1","subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}}})",
     "-"},
    {"/Observation/1", "", R"({"resourceType":"Observation","id":"1","meta":{"tag":[{"code":"SUBSETTED"}]},
         "performer":[{"reference":"Patient/p1"}]})",
     ""},
    {"/Observation/1", "", R"({"resourceType":"Observation","id":"1","meta":{"tag":[{"code":"SUBSETTED"}]},
         "subject":{"reference":"Patient/p1"}})",
     "-"},
    {"/Device", "type=x", R"({"resourceType":"OperationOutcome"})", "-"},
    {"/Patient/p1", "", R"({"resourceType":"Patient","id":"p1"})", "-"},
    {"/Binary/1", "", R"({"resourceType":"Binary","id":"1","data":"AA=="})", ""},
    {"/Binary/1", "", R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"Patient/p1"}})", "-"},
    {"/Group/1", "", R"({"resourceType":"Group","id":"1"})", ""},
    {"/List/1", "", R"({"resourceType":"List","id":"1","entry":[{"item":{"reference":"Observation/9"}}]})", ""},
    {"/Basic/1", "", R"({"resourceType":"Basic","id":"1"})", ""},
    {"/Slot/1", "", R"({"resourceType":"Slot","id":"1"})", "-"},
    {"/Bundle/1", "",
     R"({"resourceType":"Bundle","id":"1","type":"document","entry":[{"resource":{"resourceType":"Composition",
         "subject":{"reference":"Patient/p1"}}},{"resource":{"resourceType":"Observation","id":"9"}}]})",
     "entry[1].resource"},
    {"/Device", "type=x", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Device","id":"d2"}}]})",
     "entry[0].resource"},
    {"/Device", "type=x", R"({"resourceType":"Bundle"})", "-"},
    {"/Device", "patient=p1", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Device"}}]})", "-"},
    {"/Medication", "code=x", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Medication"}}]})", "-"},
    {"/Observation", "patient=p1&_include=*", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1"},"search":{"mode":"match"}},
         {"resource":{"resourceType":"Observation","id":"2"},"search":{"mode":"include"}}]})",
     "entry[1].resource"},
    {"/Observation", "patient=p1&_include=Observation:device", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"},
                      "device":{"reference":"Device/d1"}}},
         {"resource":{"resourceType":"Device","id":"d1"},"search":{"mode":"include"}}]})",
     "-"},
    {"/Observation", "patient=p1&_include=Observation:device", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","device":{"reference":"Device/d1"}},"search":{"mode":"match"}},
         {"resource":{"resourceType":"Device","id":"d1","meta":{"tag":[{"code":"SUBSETTED"}]}}}]})",
     "entry[1].resource"},
    {"/Observation", "patient=p1&_revinclude=Provenance:target", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}}},
         {"resource":{"resourceType":"Provenance","target":[{"reference":"Observation/1"}]}}]})",
     "-"},
    {"/Observation", "patient=p1&_revinclude=Provenance:target", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}}},
         {"resource":{"resourceType":"Provenance","target":[{"reference":"Observation/2"}]}}]})",
     "entry[1].resource"},
    {"/Observation/1/_history", "", R"({"resourceType":"Bundle","entry":[{"request":{"method":"DELETE"}},
         {"resource":{"resourceType":"Observation"}}]})",
     "entry[1].resource"},
    {"/Encounter/e2/$everything", "", R"({"resourceType":"Parameters","parameter":[
         {"part":[{"resource":{"resourceType":"Condition"}}]}]})",
     "parameter[0].part[0].resource"},
    // Two steps from a record of the patient, also over one that is nobody's.
    {"/Appointment", "patient=p1&_include=Appointment:slot&_include:iterate=Slot:schedule",
     R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Appointment","id":"a","slot":[{"reference":"Slot/s"}],
         "participant":[{"actor":{"reference":"Patient/p1"}},{"actor":{"reference":"RelatedPerson/r"}}]}},
         {"resource":{"resourceType":"Slot","id":"s","schedule":{"reference":"Schedule/r"}}},
         {"resource":{"resourceType":"Schedule","id":"r","actor":[{"reference":"Practitioner/d1"}]}}]})",
     "-"},
    {"/Observation", "patient=p1&_include=Observation:device&_include:iterate=Device:parent",
     R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"1",
         "subject":{"reference":"Patient/p1"},"device":{"reference":"Device/d1"}}},
         {"resource":{"resourceType":"Device","id":"d2"}},
         {"resource":{"resourceType":"Device","id":"d1","parent":{"reference":"Device/d2"}}}]})",
     "-"},
    {"/Observation", "patient=p1&_include=Observation:device", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","device":{"reference":"Device/d1"}},"search":{"mode":"match"}},
         {"resource":{"resourceType":"Device","id":"d1"}},
         {"resource":{"resourceType":"Device","id":"d3","parent":{"reference":"Device/d1"}}}]})",
     "entry[2].resource"},
    // Where there are includes, the server says what it has found.
    {"/Observation", "patient=p1&_include=Observation:has-member",
     R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"2"}}]})",
     "entry[0].resource"},
    // What an operation answers is the server's word where it is asked about this patient.
    {"/PlanDefinition/pd/$apply", "",
     R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})", "parameter"},
    {"/PlanDefinition/pd/$apply", "subject=Patient/p1",
     R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})", "-"},
    {"/CodeSystem/$everything", "", R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})",
     "-"},
    // Versions of a record that is this patient's.
    {"/Observation/1/_history", "", R"({"resourceType":"Bundle","total":5,"entry":[
         {"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}}]})",
     "-"},
    // What must be about a patient says so itself, whoever refers to it.
    {"/Observation", "patient=p1&_include=Observation:has-member", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","id":"1","hasMember":[{"reference":"Observation/2"}]},"search":{"mode":"match"}},
         {"resource":{"resourceType":"Observation","id":"2"},"search":{"mode":"include"}}]})",
     "entry[1].resource"},
    {"/Schedule/r", "", R"({"resourceType":"Schedule","id":"r","actor":[{"reference":"Practitioner/d1"}]})", "-"},
    // What a search for the patient looks for, and nothing else.
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","total":7})", "-"},
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","entry":[
         {"resource":{"resourceType":"Observation","subject":{"display":"Ada"}}},
         {"resource":{"resourceType":"Observation","subject":{"identifier":{"system":"urn:x","value":"1"}}}},
         {"resource":{"resourceType":"OperationOutcome"}}]})",
     "-"},
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Device"}}]})",
     "entry[0].resource"},
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"patient"}}]})",
     "entry[0].resource"},
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","entry":[{"resource":{"id":"p2"}}]})",
     "entry[0].resource"},
    {"/Observation", "patient=p1", R"({"resourceType":"Bundle","entry":{"resource":{"resourceType":"Device"}}})",
     "entry.resource"},
    {"/Observation", "patient=p1", R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})", ""},
    // Numbers.
    {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":0})", "-"},
    {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":7})", "total"},
    {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":7,"link":[{"relation":"previous"}]})",
     "total"},
    {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":7,"link":[{"relation":"next"}],
         "entry":[{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}}]})",
     "-"},
    {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":7,
         "entry":[{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}}]})",
     "total"},
    {"/Practitioner", "name=x", R"({"resourceType":"Bundle","total":7})", "-"},
    // A document calls its entries by names of its own.
    {"/Bundle/1", "", R"({"resourceType":"Bundle","id":"1","type":"document","entry":[
         {"resource":{"resourceType":"Composition","subject":{"reference":"urn:uuid:5a3ad6a8-9a5c-4f5c-8a0e-6f9c2a8f1b11"}}},
         {"fullUrl":"urn:uuid:5a3ad6a8-9a5c-4f5c-8a0e-6f9c2a8f1b11","resource":{"resourceType":"Patient","id":"p1",
          "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}]}}]})",
     "-"},
    // And its records by ids of its own.
    {"/Bundle/1", "", R"({"resourceType":"Bundle","id":"1","type":"document","entry":[
         {"resource":{"resourceType":"Composition","subject":{"reference":"urn:uuid:5a3ad6a8-9a5c-4f5c-8a0e-6f9c2a8f1b11"}}},
         {"fullUrl":"urn:uuid:5a3ad6a8-9a5c-4f5c-8a0e-6f9c2a8f1b11","resource":{"resourceType":"Patient","id":"p1"}}]})",
     "entry[0].resource"},
    {"/Bundle/1", "", R"({"resourceType":"Bundle","id":"1","type":"document","entry":[
         {"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p1","resource":{"resourceType":"Patient","id":"p1"}}]})",
     "-"},
    {"/Observation/$lastn", "patient=p1",
     R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation"}}]})", "-"},
    {"/Patient/p1/$everything", "", R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Device"}}]})",
     "-"},
};

TEST(ProofRule, FindsTheRecordThatMayBeAnybodys) {
  for (const Answer& row : answers) {
    const json reply = json::parse(row.reply);
    const auto request = sent("GET", row.path, row.query);
    EXPECT_EQ(first_doubt(request, reply, enforced()).value_or(Doubt{.path = "-"}).path, row.place)
        << row.path << "?" << row.query << " " << row.reply;
    const Verdict judged = judge_reply(request, {.status = 200, .json = &reply}, enforced());
    EXPECT_EQ(judged.kind == Verdict::Kind::refuse, row.place != "-") << row.path << "?" << row.query;
    const Verdict audited = judge_reply(request, {.status = 200, .json = &reply}, facts_of_p1());
    EXPECT_EQ(audited.overridden == std::vector<std::string>{"unsaid"}, row.place != "-") << row.path << row.query;
  }
}

}  // namespace
}  // namespace wardend::guard

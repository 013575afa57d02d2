#include "daemon/guard/search_rule.hpp"

#include <gtest/gtest.h>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

std::string tied(std::string_view type, std::string_view query) {
  const auto parameters = fhir::parse_query(query);
  if (!parameters) return "unread";
  const SearchTie found = tie_of(type, *parameters, facts_of_p1());
  const std::string wide = found.wide ? " wide" : "";
  switch (found.tie) {
    case Tie::bound:
      return "bound" + wide;
    case Tie::by_author:
      return "author" + wide;
    case Tie::unbound:
      return "unbound" + wide;
    case Tie::other:
      return "other " + found.named;
  }
  return "unknown";
}

struct Row {
  std::string_view type;
  std::string_view query;
  std::string_view expected;
};

constexpr Row rows[] = {
    {"Observation", "patient=p1", "bound"},
    {"Observation", "subject:Patient=p1", "bound"},
    {"Observation", "subject=Patient/p1/_history/1", "bound"},
    {"Observation", "subject=https://EHR.example.org:443/fhir/r4/Patient/p1", "bound"},
    {"Observation", "patient=p1,Patient/p1", "bound"},
    {"Observation", "patient=p2", "other p2"},
    {"Observation", "patient=p1,p2", "other p2"},
    {"Observation", "patient=p1%2Cp2", "other p2"},
    {"Observation", "patient=p1&subject=p2", "other p2"},
    {"Observation", "patient=p1&performer=Patient/p2", "other p2"},
    {"Observation", "patient=p1&performer=d1", "bound"},
    {"Observation", "patient=p1&subject=Patient/p1", "bound"},
    {"Observation", "patient=p1&subject=Group/g1", "unbound"},
    {"Observation", "patient=p1&patient:not=p1", "unbound"},
    {"Observation", "patient=p1&patient:missing=true", "unbound"},
    {"Observation", "performer=Patient/p1", "author"},
    {"Observation", "performer=p1", "unbound"},
    {"Observation", "patient=", "unbound"},
    {"Observation", "patient=p1,", "unbound"},
    {"Observation", "patient=patient/p1", "unbound"},
    {"Observation", "patient=Patient/p1/", "unbound"},
    {"Observation", "patient=Patient?name=x", "unbound"},
    {"Observation", "subject=Group/g1", "unbound"},
    {"Observation", "subject=https://other.example.org/fhir/r4/Patient/p1", "unbound"},
    {"Observation", "subject:Group=p1", "unbound"},
    {"Observation", "patient:identifier=s|1", "unbound"},
    {"Observation", "patient.identifier=s|1", "unbound wide"},
    {"Observation", "subject:Patient.name=x", "unbound wide"},
    {"Observation", "patient=p1&_include=*", "bound wide"},
    {"Observation", "patient=p1&_revinclude:iterate=Provenance:target", "bound wide"},
    {"Observation", "patient=p1&_has:Group:member:_id=g", "bound wide"},
    {"Observation", "patient=p1&_list=l1", "bound wide"},
    {"Observation", "encounter=Encounter/e1", "unbound"},
    {"AllergyIntolerance", "patient=p1&recorder=Patient/p2", "other p2"},
    {"AllergyIntolerance", "recorder=Patient/p1", "author"},
    {"Coverage", "beneficiary=Patient/p1", "bound"},
    {"Coverage", "payor=Patient/p1", "author"},
    {"AdverseEvent", "patient=p1", "unbound"},
    {"AdverseEvent", "subject=p1", "bound"},
    {"Appointment", "patient=p1", "bound"},
    {"Appointment", "actor=Patient/p1", "author"},
    {"Group", "member=Patient/p1", "author wide"},
    {"List", "patient=p1", "bound wide"},
    {"Patient", "_id=p1", "bound"},
    {"Patient", "_id=p1,p2", "other p2"},
    {"Patient", "_id:not=p2", "unbound"},
    {"Patient", "identifier=s|1", "unbound"},
    {"Patient", "link=Patient/p1", "unbound"},
    {"", "patient=p1", "unbound"},
    {"", "patient=p2", "other p2"},
    {"Medication", "code=x", "unbound"},
    {"Medication", "patient=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:patient=p1", "unbound wide"},
    {"Medication", "_has:MedicationRequest:medication:patient=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:patient=p1,p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:subject=Patient/p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:subject:Patient=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:requester=Patient/p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:patient._id=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:subject:Patient._id=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:_has:Provenance:target:patient=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:encounter.patient=p2", "other p2"},
    {"Medication", "_has:MedicationRequest:medication:patient=https://ehr.example.org/fhir/r4/Patient/p2", "other p2"},
    {"Practitioner", "_has:Patient:general-practitioner:_id=p2", "other p2"},
    {"Questionnaire", "_has:QuestionnaireResponse:questionnaire:subject=p2", "other p2"},
    {"Observation", "patient=p1&encounter.patient=p2", "other p2"},
    {"Observation", "patient=p1&subject:Patient._id=p2", "other p2"},
    {"Observation", "patient=p1&_has:Provenance:target:patient=p2", "other p2"},
    {"Observation", "patient=p1&encounter:Encounter.subject=Patient/p1", "bound wide"},
    {"Condition", "subject=Patient/p1", "bound"},
    {"Encounter", "subject:Patient=p1", "bound"},
    {"Task", "subject=Patient/p1", "bound"},
    {"Task", "owner=Patient/p1", "unbound"},
    {"Task", "owner=Patient/p2", "other p2"},
    {"Task", "owner:Patient=p2", "other p2"},
    {"Contract", "signer=Patient/p2", "other p2"},
    {"VerificationResult", "target=https://ehr.example.org/fhir/r4/Patient/p2", "other p2"},
    {"Observation", "patient=p1&focus=Patient/p2", "other p2"},
    {"PlanDefinition", "subject=p2", "other p2"},
    {"NutritionIntake", "patient=p1", "author"},
    {"Observation", "patient=p1&Patient=p2", "other p2"},
    {"Observation", "patient=p1&SUBJECT=Patient/p2", "other p2"},
    {"Observation", "Patient=p1", "unbound"},
    {"Observation", "_id=o1&subject:not=Patient/p2", "unbound"},
    {"StructureDefinition", "type=Patient", "unbound"},
};

TEST(SearchRule, TellsHowASearchIsTiedToThePatient) {
  for (const Row& row : rows) EXPECT_EQ(tied(row.type, row.query), row.expected) << row.type << "?" << row.query;
}

struct Way {
  std::string_view type;
  std::string_view query;
  bool through_anybodys;
};

constexpr Way ways[] = {
    {"Medication", "code=x", false},
    {"Medication", "_has:MedicationRequest:medication:patient=p1", false},
    {"Medication", "_has:MedicationRequest:medication:_has:Provenance:target:patient=p1", false},
    {"Medication", "_has:MedicationRequest:medication:identifier=x", true},
    {"Medication", "_has:MedicationRequest:medication:_id=x", true},
    {"Medication", "_has:MedicationRequest:medication:patient:not=p1", true},
    {"Medication", "_has:MedicationRequest:medication:patient:identifier=x", true},
    {"Medication", "_has:MedicationRequest:medication:patient.name=x", true},
    {"Medication", "_has:MedicationRequest:medication:requester=Patient/p1", true},
    {"Medication", "_has:MedicationRequest:medication:patient=p1&_has:MedicationRequest:medication:identifier=x", true},
    {"Medication", "_has:MedicationRequest", true},
    {"Medication", "_list=l", true},
    {"Medication", "_filter=code%20eq%20x", true},
    {"Medication", "manufacturer.name=x", false},
    {"Practitioner", "_has:PractitionerRole:practitioner:specialty=x", false},
    {"Practitioner", "_has:PractitionerRole:practitioner:location.name=x", false},
    {"Slot", "schedule=Schedule/s", false},
    {"Slot", "schedule.specialty=x", false},
    {"Slot", "schedule.actor=Practitioner/d1", false},
    {"Slot", "schedule.actor:Practitioner=d1", false},
    {"Slot", "schedule.actor:Practitioner.identifier=x", false},
    {"Slot", "schedule.actor:HealthcareService.name=x", false},
    {"Slot", "schedule.actor:Device.type=ct", false},
    {"Slot", "schedule.actor:RelatedPerson.name=x", true},
    {"Slot", "schedule.actor.name=x", true},
    {"Slot", "schedule.actor=Practitioner/d1,RelatedPerson/r", true},
    {"Slot", "schedule.actor=p2", true},
    {"Slot", "schedule.actor:identifier=x", true},
    {"Slot", "schedule.actor.name=Smith", true},
    {"Slot", "schedule.actor.identifier=x", true},
    {"Slot", "schedule:Schedule.actor:Patient.name=Smith", true},
    {"ResearchStudy", "enrollment.member=p2", true},
    {"Location", "foo.bar.name=Smith", true},
    {"PractitionerRole", "practitioner.name=x", false},
    {"PractitionerRole", "organization.endpoint.name=x", false},
    {"Task", "patient.name=x", true},
    {"Task", "encounter:Encounter.identifier=x", true},
};

TEST(SearchRule, TellsWhetherASearchGoesThroughAnybodysRecords) {
  for (const Way& row : ways) {
    const auto parameters = fhir::parse_query(row.query);
    ASSERT_TRUE(parameters) << row.query;
    EXPECT_EQ(tie_of(row.type, *parameters, facts_of_p1()).reaches, row.through_anybodys) << row.type << row.query;
  }
}

TEST(SearchRule, TellsWhatAWayOrTheEncounterLeadsTo) {
  const struct {
    std::string_view type;
    std::string_view query;
    bool led;
  } table[] = {
      {"Observation", "encounter=Encounter/e1", true},
      {"Observation", "encounter=e1", true},
      {"Task", "encounter=https://ehr.example.org/fhir/r4/Encounter/e1", true},
      {"Task", "encounter=Encounter/e2", false},
      {"Task", "encounter:not=Encounter/e1", false},
      {"Task", "encounter=Encounter/e1,Encounter/e2", false},
      {"Bundle", "composition.patient=p1", true},
      {"Device", "_has:Observation:device:patient=p1", true},
      {"Device", "_has:Observation:device:code=x", false},
      {"Observation", "based-on.patient=p1", false},
      {"Schedule", "actor=Practitioner/d1", true},
      {"Schedule", "actor=Patient/p1", false},
  };
  Facts facts = facts_of_p1();
  facts.encounter = "e1";
  for (const auto& row : table)
    EXPECT_EQ(tie_of(row.type, *fhir::parse_query(row.query), facts).led, row.led) << row.type << "?" << row.query;
}

}  // namespace
}  // namespace wardend::guard

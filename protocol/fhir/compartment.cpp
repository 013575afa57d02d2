#include "protocol/fhir/compartment.hpp"

#include <algorithm>
#include <array>

namespace wardend::fhir {
namespace {

constexpr std::size_t most_parameters_of_a_type = 4;

struct Row {
  std::string_view type;
  std::array<std::string_view, most_parameters_of_a_type> parameters;
};
constexpr auto compartment = std::to_array<Row>({
    {"Account", {"subject"}},
    {"AdverseEvent", {"subject"}},
    {"AllergyIntolerance", {"patient", "recorder", "asserter"}},
    {"Appointment", {"actor"}},
    {"AppointmentResponse", {"actor"}},
    {"AuditEvent", {"patient"}},
    {"Basic", {"patient", "author"}},
    {"BodyStructure", {"patient"}},
    {"CarePlan", {"patient", "performer"}},
    {"CareTeam", {"patient", "participant"}},
    {"ChargeItem", {"subject"}},
    {"Claim", {"patient", "payee"}},
    {"ClaimResponse", {"patient"}},
    {"ClinicalImpression", {"subject"}},
    {"Communication", {"subject", "sender", "recipient"}},
    {"CommunicationRequest", {"subject", "sender", "recipient", "requester"}},
    {"Composition", {"subject", "author", "attester"}},
    {"Condition", {"patient", "asserter"}},
    {"Consent", {"patient"}},
    {"Coverage", {"policy-holder", "subscriber", "beneficiary", "payor"}},
    {"CoverageEligibilityRequest", {"patient"}},
    {"CoverageEligibilityResponse", {"patient"}},
    {"DetectedIssue", {"patient"}},
    {"DeviceRequest", {"subject", "performer"}},
    {"DeviceUseStatement", {"subject"}},
    {"DiagnosticReport", {"subject"}},
    {"DocumentManifest", {"subject", "author", "recipient"}},
    {"DocumentReference", {"subject", "author"}},
    {"Encounter", {"patient"}},
    {"EnrollmentRequest", {"subject"}},
    {"EpisodeOfCare", {"patient"}},
    {"ExplanationOfBenefit", {"patient", "payee"}},
    {"FamilyMemberHistory", {"patient"}},
    {"Flag", {"patient"}},
    {"Goal", {"patient"}},
    {"Group", {"member"}},
    {"ImagingStudy", {"patient"}},
    {"Immunization", {"patient"}},
    {"ImmunizationEvaluation", {"patient"}},
    {"ImmunizationRecommendation", {"patient"}},
    {"Invoice", {"subject", "patient", "recipient"}},
    {"List", {"subject", "source"}},
    {"MeasureReport", {"patient"}},
    {"Media", {"subject"}},
    {"MedicationAdministration", {"patient", "performer", "subject"}},
    {"MedicationDispense", {"subject", "patient", "receiver"}},
    {"MedicationRequest", {"subject"}},
    {"MedicationStatement", {"subject"}},
    {"MolecularSequence", {"patient"}},
    {"NutritionOrder", {"patient"}},
    {"Observation", {"subject", "performer"}},
    {"Patient", {"link"}},
    {"Person", {"patient"}},
    {"Procedure", {"patient", "performer"}},
    {"Provenance", {"patient"}},
    {"QuestionnaireResponse", {"subject", "author"}},
    {"RelatedPerson", {"patient"}},
    {"RequestGroup", {"subject", "participant"}},
    {"ResearchSubject", {"individual"}},
    {"RiskAssessment", {"subject"}},
    {"Schedule", {"actor"}},
    {"ServiceRequest", {"subject", "performer"}},
    {"Specimen", {"subject"}},
    {"SupplyDelivery", {"patient"}},
    {"SupplyRequest", {"subject"}},
    {"VisionPrescription", {"patient"}},
});

// Outside the compartment, and by their elements about no patient. Conformance is what a server says of itself in
// DSTU2.
constexpr auto about_nobody = std::to_array<std::string_view>({
    "ActivityDefinition",
    "CapabilityStatement",
    "CatalogEntry",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "Conformance",
    "DeviceDefinition",
    "EffectEvidenceSynthesis",
    "Endpoint",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "Medication",
    "MedicationKnowledge",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "RiskEvidenceSynthesis",
    "SearchParameter",
    "Slot",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "TestReport",
    "TestScript",
    "ValueSet",
});

// Types with an element that says whom they are about, and no search parameter "patient".
constexpr auto without_patient = std::to_array<std::string_view>(
    {"AdverseEvent", "Binary", "Group", "Linkage", "Patient", "Schedule", "SupplyRequest", "VerificationResult"});

constexpr auto subjects = std::to_array<SubjectElement>({
    {.type = "Account", .path = "subject", .many = true},
    {.type = "AdverseEvent", .path = "subject"},
    {.type = "AllergyIntolerance", .path = "patient"},
    {.type = "Appointment", .path = "participant.actor", .many = true},
    {.type = "AppointmentResponse", .path = "actor", .otherwise = "appointment"},
    {.type = "AuditEvent", .path = "entity.what", .many = true},
    {.type = "Basic", .path = "subject"},
    {.type = "Binary", .path = "securityContext"},
    {.type = "BodyStructure", .path = "patient"},
    {.type = "CarePlan", .path = "subject"},
    {.type = "CareTeam", .path = "subject"},
    {.type = "ChargeItem", .path = "subject"},
    {.type = "Claim", .path = "patient"},
    {.type = "ClaimResponse", .path = "patient"},
    {.type = "ClinicalImpression", .path = "subject"},
    {.type = "Communication", .path = "subject", .otherwise = "recipient"},
    {.type = "CommunicationRequest", .path = "subject", .otherwise = "recipient"},
    {.type = "Composition", .path = "subject"},
    {.type = "Condition", .path = "subject"},
    {.type = "Consent", .path = "patient"},
    {.type = "Contract", .path = "subject", .many = true},
    {.type = "Coverage", .path = "beneficiary"},
    {.type = "CoverageEligibilityRequest", .path = "patient"},
    {.type = "CoverageEligibilityResponse", .path = "patient"},
    {.type = "DetectedIssue", .path = "patient"},
    {.type = "Device", .path = "patient"},
    {.type = "DeviceRequest", .path = "subject"},
    {.type = "DeviceUseStatement", .path = "subject"},
    {.type = "DiagnosticReport", .path = "subject"},
    {.type = "DocumentManifest", .path = "subject"},
    {.type = "DocumentReference", .path = "subject"},
    {.type = "Encounter", .path = "subject"},
    {.type = "EnrollmentRequest", .path = "candidate"},
    {.type = "EpisodeOfCare", .path = "patient"},
    {.type = "ExplanationOfBenefit", .path = "patient"},
    {.type = "FamilyMemberHistory", .path = "patient"},
    {.type = "Flag", .path = "subject"},
    {.type = "Goal", .path = "subject"},
    {.type = "Group", .path = "member.entity", .many = true},
    {.type = "GuidanceResponse", .path = "subject"},
    {.type = "ImagingStudy", .path = "subject"},
    {.type = "Immunization", .path = "patient"},
    {.type = "ImmunizationEvaluation", .path = "patient"},
    {.type = "ImmunizationRecommendation", .path = "patient"},
    {.type = "Invoice", .path = "subject"},
    {.type = "Linkage", .path = "item.resource", .many = true},
    {.type = "List", .path = "subject"},
    {.type = "MeasureReport", .path = "subject"},
    {.type = "Media", .path = "subject"},
    {.type = "MedicationAdministration", .path = "subject"},
    {.type = "MedicationDispense", .path = "subject"},
    {.type = "MedicationRequest", .path = "subject"},
    {.type = "MedicationStatement", .path = "subject"},
    {.type = "MolecularSequence", .path = "patient"},
    {.type = "NutritionOrder", .path = "patient"},
    {.type = "Observation", .path = "subject"},
    {.type = "Person", .path = "link.target", .many = true},
    {.type = "Procedure", .path = "subject"},
    {.type = "Provenance", .path = "target", .many = true},
    {.type = "QuestionnaireResponse", .path = "subject"},
    {.type = "RelatedPerson", .path = "patient"},
    {.type = "RequestGroup", .path = "subject"},
    {.type = "ResearchSubject", .path = "individual"},
    {.type = "RiskAssessment", .path = "subject"},
    {.type = "Schedule", .path = "actor", .many = true},
    {.type = "ServiceRequest", .path = "subject"},
    {.type = "Specimen", .path = "subject"},
    {.type = "SupplyDelivery", .path = "patient"},
    {.type = "SupplyRequest", .path = "deliverTo"},
    {.type = "Task", .path = "for"},
    {.type = "Transport", .path = "for"},
    {.type = "VerificationResult", .path = "target", .many = true},
    {.type = "VisionPrescription", .path = "patient"},
});

const Row* row_of(std::string_view type) {
  const auto* found = std::ranges::lower_bound(compartment, type, {}, &Row::type);
  return found != compartment.end() && found->type == type ? found : nullptr;
}

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

Belonging belonging_of(std::string_view type) {
  if (row_of(type) != nullptr) return Belonging::patient;
  if (type == "Subscription") return Belonging::sender;
  const bool of_medicines = type.starts_with("MedicinalProduct") || type.starts_with("Substance");
  return of_medicines || std::ranges::binary_search(about_nobody, type) ? Belonging::none : Belonging::open;
}

std::span<const std::string_view> compartment_parameters(std::string_view type) {
  const Row* row = row_of(type);
  if (row == nullptr) return {};
  const auto count = std::ranges::find(row->parameters, std::string_view()) - row->parameters.begin();
  return std::span(row->parameters).first(static_cast<std::size_t>(count));
}

bool names_subject(std::string_view type, std::string_view parameter) {
  constexpr auto subject_names = std::to_array<std::string_view>({"beneficiary", "individual", "patient", "subject"});
  const SubjectElement* element = subject_element(type);
  if (parameter == "patient") return element != nullptr && !is_one_of(type, without_patient);
  // The element has a parameter of its name, whether the compartment lists it or not; that of a Task is called so.
  if (parameter == "subject" && element != nullptr && (element->path == "subject" || type == "Task")) return true;
  const auto parameters = compartment_parameters(type);
  return is_one_of(parameter, subject_names) && std::ranges::find(parameters, parameter) != parameters.end();
}

std::span<const std::string_view> compartment_types() {
  static const auto types = [] {
    std::array<std::string_view, compartment.size()> names;
    std::ranges::transform(compartment, names.begin(), &Row::type);
    return names;
  }();
  return types;
}

const SubjectElement* subject_element(std::string_view type) {
  const auto* found = std::ranges::lower_bound(subjects, type, {}, &SubjectElement::type);
  return found != subjects.end() && found->type == type ? found : nullptr;
}

bool is_about_records(std::string_view type) {
  constexpr auto types = std::to_array<std::string_view>({"AppointmentResponse", "AuditEvent", "Binary", "Provenance"});
  return is_one_of(type, types);
}

}  // namespace wardend::fhir

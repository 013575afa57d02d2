#include "tests/sandbox/records.hpp"

#include <fmt/core.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace wardend::sandbox {
namespace {

using nlohmann::json;

constexpr const char* given_names[] = {"Ada", "Ben", "Chidi", "Dana", "Elif", "Farid", "Greta", "Hiro"};
constexpr const char* family_names[] = {"Ahlberg", "Brandt", "Costa", "Duval", "Eriksen", "Fischer", "Grant"};

json name_of(int number) {
  return json::array(
      {{{"use", "official"}, {"family", family_names[number % 7]}, {"given", json::array({given_names[number % 8]})}}});
}

struct Measure {
  const char* loinc;
  const char* display;
  const char* unit;
  double base;
};
constexpr Measure measures[] = {{"8867-4", "Heart rate", "/min", 62},
                                {"8310-5", "Body temperature", "Cel", 36.4},
                                {"2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 92}};

json observation(int patient, int index) {
  const Measure& measure = measures[index];
  return {{"resourceType", "Observation"},
          {"id", fmt::format("observation-{}-{}", patient, index + 1)},
          {"status", "final"},
          {"code",
           {{"coding",
             json::array({{{"system", "http://loinc.org"}, {"code", measure.loinc}, {"display", measure.display}}})}}},
          {"subject", {{"reference", fmt::format("Patient/patient-{}", patient)}}},
          {"effectiveDateTime", fmt::format("2024-03-{:02}T08:30:00Z", 1 + (patient + index) % 28)},
          {"valueQuantity",
           {{"value", measure.base + patient % 5},
            {"unit", measure.unit},
            {"system", "http://unitsofmeasure.org"},
            {"code", measure.unit}}}};
}

constexpr std::pair<const char*, const char*> medications[] = {{"860975", "metformin hydrochloride 500 MG Oral Tablet"},
                                                               {"314076", "lisinopril 10 MG Oral Tablet"}};

json medication_request(int patient, int index) {
  const auto& [code, display] = medications[index];
  const json coding = {{"system", "http://www.nlm.nih.gov/research/umls/rxnorm"}, {"code", code}, {"display", display}};
  return {{"resourceType", "MedicationRequest"},
          {"id", fmt::format("medication-request-{}-{}", patient, index + 1)},
          {"status", "active"},
          {"intent", "order"},
          {"medicationCodeableConcept", {{"coding", json::array({coding})}, {"text", display}}},
          {"subject", {{"reference", fmt::format("Patient/patient-{}", patient)}}},
          {"authoredOn", "2024-03-01"}};
}

}  // namespace

std::optional<int> number_in(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size() || number < 1 || number > 999) return std::nullopt;
  return number;
}

json patient_record(int number) {
  return {{"resourceType", "Patient"},
          {"id", fmt::format("patient-{}", number)},
          {"identifier",
           json::array({{{"system", "https://ehr.example.org/mrn"}, {"value", fmt::format("MRN{:06}", number)}}})},
          {"active", true},
          {"name", name_of(number)},
          {"gender", number % 2 == 0 ? "male" : "female"},
          {"birthDate", fmt::format("{}-{:02}-{:02}", 1940 + number % 60, 1 + number % 12, 1 + number % 28)}};
}

json user_record(const std::string& type, int number) {
  return {{"resourceType", type},
          {"id", fmt::format("practitioner-{}", number)},
          {"active", true},
          {"name", name_of(number + 3)}};
}

std::vector<json> records_of(int patient, std::string_view type) {
  std::vector<json> records;
  if (type == "Observation")
    for (int index = 0; index < 3; ++index) records.push_back(observation(patient, index));
  if (type == "MedicationRequest")
    for (int index = 0; index < 2; ++index) records.push_back(medication_request(patient, index));
  return records;
}

std::optional<json> record_of(std::string_view type, std::string_view id) {
  const auto last = id.rfind('-');
  if (last == std::string_view::npos) return std::nullopt;
  for (const std::string_view prefix : {"observation-", "medication-request-"}) {
    const auto patient = number_in(id.substr(0, last), prefix);
    if (!patient) continue;
    for (json& record : records_of(*patient, type))
      if (record["id"] == id) return std::move(record);
  }
  return std::nullopt;
}

}  // namespace wardend::sandbox

#include "tests/bench/guarded.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json.hpp"
#include "daemon/guard/decision.hpp"
#include "protocol/fhir/references.hpp"

namespace wardend::bench {
namespace {

constexpr int rounds = 5;
constexpr int decisions = 20'000;
constexpr int walks = 50;
constexpr std::size_t resource_bytes = 50'000;

guard::Facts facts() {
  std::string scopes = "openid fhirUser offline_access launch";
  for (const char* type : {"Condition", "Encounter", "Goal", "Procedure", "Immunization", "CarePlan", "CareTeam",
                           "Device", "DiagnosticReport", "DocumentReference", "Medication", "MedicationRequest",
                           "Patient", "Practitioner", "Location", "Observation"})
    scopes += " patient/" + std::string(type) + ".cruds";
  return {.session = "s1",
          .base = *fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4"),
          .granted = smart::ScopeSet(scopes),
          .patient = "p1"};
}

nlohmann::json large_resource() {
  nlohmann::json resource = {{"resourceType", "Observation"}, {"subject", {{"reference", "Patient/p1"}}}};
  resource["component"] = nlohmann::json::array();
  const nlohmann::json component = nlohmann::json::parse(
      R"({"code":{"coding":[{"system":"http://loinc.org","code":"8480-6","display":"Systolic blood pressure"}]},
          "valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"},
          "extension":[{"url":"http://example.org/by","valueReference":{"reference":"Practitioner/d1"}}]})");
  const std::size_t times = resource_bytes / dump_json(component).size();
  for (std::size_t i = 0; i < times; ++i) resource["component"].push_back(component);
  return resource;
}

template <typename Work>
double microseconds_of(int times, Work work) {
  double quickest = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work();
    const double took =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count() / times;
    quickest = round == 0 ? took : std::min(quickest, took);
  }
  return quickest;
}

}  // namespace

GuardCost cost_of_guard() {
  const guard::Facts known = facts();
  const nlohmann::json resource = large_resource();
  const auto own = [](const fhir::Mention& mention) { return mention.id == "p1"; };
  GuardCost cost;
  cost.decide_microseconds = microseconds_of(decisions, [&] {
    const auto request =
        fhir::classify({.method = "GET", .path = "/Observation", .query = "patient=p1&category=vital-signs&_count=50"});
    static_cast<void>(decide(*request, known));
  });
  cost.walk_milliseconds =
      microseconds_of(walks, [&] { static_cast<void>(fhir::first_refused(resource, known.base, own)); }) / 1000;
  return cost;
}

}  // namespace wardend::bench

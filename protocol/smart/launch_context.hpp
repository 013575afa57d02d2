// What the EHR said an app was launched for. Absent means "the EHR did not say"; nothing is ever filled in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::smart {

struct LaunchContext {
  std::optional<std::string> patient = {};
  std::optional<std::string> encounter = {};
  std::vector<std::string> fhir_context = {};  // each entry one JSON object's text, as checked and received
  std::optional<std::string> intent = {};
  bool need_patient_banner = true;  // absent or of another type reads as true
  std::optional<std::string> smart_style_url = {};
  std::optional<std::string> tenant = {};
  friend bool operator==(const LaunchContext&, const LaunchContext&) = default;
};

// A FHIR id: 1 to 64 of A-Z a-z 0-9 - . (a guard against path injection too). Spec: FHIR R4, datatypes, id.
[[nodiscard]] bool valid_fhir_id(std::string_view id);

}  // namespace wardend::smart

// What the EHR said an app was launched for. Absent means "the EHR did not say"; nothing is ever filled in. It stands
// here because an error that asks for a new sign-in repeats it; protocol/smart reads it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace wardend {

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

}  // namespace wardend

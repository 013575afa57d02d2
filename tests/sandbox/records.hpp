// Made-up patients and what is known about them, each from its id alone. No real person is behind any of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::sandbox {

// The number in "patient-7"; nullopt unless it is 1 to 999 behind that prefix.
[[nodiscard]] std::optional<int> number_in(std::string_view id, std::string_view prefix);

[[nodiscard]] nlohmann::json patient_record(int number);
// A Practitioner, or a Person of the same name.
[[nodiscard]] nlohmann::json user_record(const std::string& type, int number);
// Observation or MedicationRequest of one patient; anything else gives none.
[[nodiscard]] std::vector<nlohmann::json> records_of(int patient, std::string_view type);
// The one of them with that id, whoever's it is; nullopt: there is none.
[[nodiscard]] std::optional<nlohmann::json> record_of(std::string_view type, std::string_view id);

}  // namespace wardend::sandbox

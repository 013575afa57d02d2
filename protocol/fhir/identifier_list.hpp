// The identifiers of a Patient: which of them may speak for the record, and what they say. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "protocol/fhir/patient.hpp"

namespace wardend::fhir {

// Judges Patient.identifier by the rules, and notes in `identity` what it found and by which identifiers the
// patient is known. One of `use` old or temp, of another time, without system or value is no evidence; nor is one whose
// number cannot be right. Two current values of one system contradict each other where a rule names the system. Spec:
// standards digest §12.1 (6), §12.2, §12.3
void judge_identifiers(const nlohmann::json& patient, const PatientQuestion& question, PatientIdentity& identity);

// Whether two names of an identifier system mean one: the same text, or NHI's name of today and of before.
[[nodiscard]] bool same_system(std::string_view one, std::string_view other);

}  // namespace wardend::fhir

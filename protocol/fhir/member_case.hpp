// Names of members that differ in letter case alone. Some readers of JSON pass over it, so that they and others read
// two resources in one text. Compared as such readers do: A to Z as a to z, U+017F as s, U+212A as k.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace wardend::fhir {

// What is wrong with the names in a request's body, as a sentence: two of one object that differ in case alone, or one
// that a judge reads and that is written in another case ("Reference"). nullopt: nothing. The work grows with the size
// of `body` (times the logarithm of an object's members).
[[nodiscard]] std::optional<std::string> case_fault_of_body(const nlohmann::json& body);

// The same of an answer, where only what a judge reads matters.
[[nodiscard]] std::optional<std::string> case_fault_of_answer(const nlohmann::json& answer);

}  // namespace wardend::fhir

#include "protocol/fhir/operation_parameters.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;
using Offer = std::function<void(const Mention&)>;

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// The name of a parameter without what programs put around it: "patientId", "Patient", "subject-ids", "patient_ref" are
// "patient", "subject".
std::string plain_name(std::string_view parameter) {
  std::string name = lower_case(parameter);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  for (const std::string_view end : {"s", "id", "identifier", "reference", "ref"})
    if (name.ends_with(end) && name.size() > end.size()) name.resize(name.size() - end.size());
  return name;
}

bool is_whom(std::string_view name) {
  constexpr auto names =
      std::to_array<std::string_view>({"beneficiary", "for", "individual", "member", "patient", "subject"});
  return std::ranges::find(names, name) != names.end() ||
         (name.ends_with("patient") && name != "inpatient" && name != "outpatient");
}

// The number of a record, of whatever kind the server takes it for.
bool is_number(std::string_view name) { return name == "id" || name.ends_with("mrn"); }

Mention identified(Naming naming, std::string_view text) {
  const auto bar = text.find('|');
  if (bar == std::string_view::npos) return {.naming = naming, .id = text, .value = text};
  return {.naming = naming, .system = text.substr(0, bar), .value = text.substr(bar + 1)};
}

Mention encounter_in(std::string_view value, std::string_view text, const ReferenceText& read) {
  const bool named = read.form == ReferenceForm::here && read.type == "Encounter";
  if (!named && !valid_id(value)) return {.naming = Naming::encounter, .id = text};
  return {.naming = Naming::encounter, .id = named ? read.id : value, .type = "Encounter"};
}

Mention patient_in(std::string_view value, const ReferenceText& read) {
  if (valid_id(value)) return {.naming = Naming::patient, .id = value};
  if (read.form == ReferenceForm::here && read.type == "Patient") return {.naming = Naming::patient, .id = read.id};
  if (read.speaks_of_patient) return {.naming = Naming::malformed, .speaks_of_patient = true};
  return {.naming = Naming::by_identifier};
}

std::string wholly_decoded(std::string_view text) {
  constexpr int most_times = 3;
  std::string plain(text);
  for (int times = 0; times < most_times && plain.contains('%'); ++times) {
    auto once = form_decode(plain);
    if (!once) break;
    plain = std::move(*once);
  }
  return plain;
}

void each_part(std::string_view text, char between, const std::function<void(std::string_view)>& take) {
  while (true) {
    const auto part = text.substr(0, text.find(between));
    take(part);
    if (part.size() == text.size()) return;
    text.remove_prefix(part.size() + 1);
  }
}

// "Patient.gender = 'female'", and no search.
bool is_expression(std::string_view name, std::string_view value) {
  return (name.contains('.') && name.contains(' ')) || value.starts_with('\'') || value.starts_with('"');
}

// A search, with or without what it searches: whoever it is for.
void each_sought(std::string_view text, const BaseUrl& base, const Offer& offer) {
  const auto question = text.find('?');
  if (question != std::string_view::npos) text.remove_prefix(question + 1);
  each_part(text, '&', [&](std::string_view pair) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    const std::string_view whom = name.substr(0, name.find_first_of(":."));
    if (names_whom(whom) && !is_expression(name, value)) each_named(whom, value, base, offer);
  });
}

}  // namespace

bool names_whom(std::string_view parameter) { return is_whom(plain_name(parameter)); }

bool names_somebody(std::string_view parameter) {
  const std::string name = plain_name(parameter);
  return is_whom(name) || is_number(name) || name == "encounter";
}

void each_named(std::string_view parameter, std::string_view text, const BaseUrl& base, const Offer& offer) {
  const std::string name = plain_name(parameter);
  const std::string_view value = without_blanks(text);
  if (is_whom(name)) return offer(patient_in(value, read_reference(value, base)));
  if (name == "encounter") return offer(encounter_in(value, text, read_reference(value, base)));
  const std::string plain = wholly_decoded(value);
  if (is_number(name)) return offer(identified(Naming::by_identifier, plain));
  each_part(plain, ',', [&](std::string_view one) {
    if (one.find('|') != std::string_view::npos) return offer(identified(Naming::identifier, one));
    if (name == "identifier") offer(identified(Naming::by_identifier, one));
  });
  if (const auto address = mention_at(plain, base)) offer(*address);
  each_sought(plain, base, offer);
}

// One that says whom it is about names a patient, or nobody that is known.
std::optional<Mention> named_by(std::string_view parameter, std::string_view element, const json& value,
                                const BaseUrl& base) {
  const std::string name = plain_name(parameter);
  const bool whom = is_whom(name) || is_number(name);
  if (element == "valueIdentifier")
    return Mention{.naming = whom ? Naming::by_identifier : Naming::identifier,
                   .system = text_view_member(value, "system"),
                   .value = text_view_member(value, "value")};
  if (!whom) return mention_in(value, name == "encounter" ? "encounter" : element, base);
  const auto mention = mention_in(value, "patient", base);
  const bool of_record = mention && (mention->naming == Naming::record || mention->naming == Naming::identifier ||
                                     mention->naming == Naming::record_elsewhere);
  return mention && !of_record ? mention : Mention{.naming = Naming::by_identifier};
}

bool is_parameter_of_fhir(const json& parameter) {
  constexpr auto names =
      std::to_array<std::string_view>({"_name", "extension", "id", "modifierExtension", "name", "part", "resource"});
  std::string_view value;  // a server may take the last of two, also where that is an extension of none
  return std::ranges::all_of(parameter.items(), [&](const auto& member) {
    const std::string_view name = member.key();
    if (std::ranges::find(names, name) != names.end()) return name != "name" || member.value().is_string();
    const std::string_view plain = name.starts_with('_') ? name.substr(1) : name;
    const bool is_value = plain.starts_with("value") && plain.size() > 5 && plain[5] >= 'A' && plain[5] <= 'Z';
    const bool is_one = value.empty() || value == plain;
    value = plain;
    return is_value && is_one && !member.value().is_array() && !member.value().is_null();
  });
}

void add_whom(FhirRequest& operation, const json& body) {
  if (operation.interaction != Interaction::operation || text_view_member(body, "resourceType") != "Parameters") return;
  for (const json& one : list_member(body, "parameter")) {
    const std::string name = text_member(one, "name");
    if (!names_whom(name)) continue;
    QueryParameter& whom = operation.parameters.emplace_back(QueryParameter{.name = name, .in_body = true});
    for (const char* element : {"valueId", "valueString"})
      if (const std::string text = text_member(one, element); !text.empty()) whom.value = text;
    if (const json* reference = find_member(one, "valueReference")) whom.value = text_member(*reference, "reference");
  }
}

}  // namespace wardend::fhir

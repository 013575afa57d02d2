#include "protocol/fhir/identifier_list.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "protocol/fhir/identifiers.hpp"
#include "protocol/fhir/period.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> nhi_systems = {"https://standards.digital.health.nz/ns/nhi-id",
                                                         "https://standards.digital.health.nz/id/nhi"};
constexpr std::string_view status_extension =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
constexpr std::string_view status_codes = "NHSNumberVerificationStatus";  // in the name of every code system of it

// An identifier that may speak for the record.
struct Entry {
  std::string system;
  std::string value;
  std::string assigner;
  bool official = false;
  bool unreadable = false;  // there is something in the value's place, and it is no value
  const json* whole = nullptr;
};

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string without_white_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return text;
}

// Whoever gave it: a reference, or the name of one.
std::string assigner_of(const json& identifier) {
  const auto assigner = identifier.find("assigner");
  if (assigner == identifier.end() || !assigner->is_object()) return {};
  const std::string reference = text_of(*assigner, "reference");
  return reference.empty() ? text_of(*assigner, "display") : reference;
}

std::optional<Entry> read(const json& identifier, std::chrono::system_clock::time_point now) {
  if (!identifier.is_object()) return std::nullopt;
  const std::string use = text_of(identifier, "use");
  if (use == "old" || use == "temp") return std::nullopt;
  const auto period = identifier.find("period");
  if (period != identifier.end() && !period->is_null() && !covers(*period, now)) return std::nullopt;
  Entry entry{.system = text_of(identifier, "system"),
              .value = without_white_space(text_of(identifier, "value")),
              .assigner = assigner_of(identifier),
              .official = use == "official",
              .whole = &identifier};
  const auto value = identifier.find("value");
  entry.unreadable = entry.value.empty() && value != identifier.end() && !value->is_null();
  if (entry.system.empty() || (entry.value.empty() && !entry.unreadable)) return std::nullopt;
  return entry;
}

std::vector<Entry> entries_of(const json& patient, std::chrono::system_clock::time_point now,
                              PatientIdentity& identity) {
  std::vector<Entry> entries;
  const auto list = patient.find("identifier");
  if (list == patient.end() || list->is_null()) return entries;
  const auto is_odd = [](const json& identifier) { return !identifier.is_object() && !identifier.is_null(); };
  if (!list->is_array() || std::ranges::any_of(*list, is_odd))
    identity.found(Verification::unverified, "The record has an identifier that cannot be read.");
  if (!list->is_array()) return entries;
  for (const json& identifier : *list)
    if (auto entry = read(identifier, now)) entries.push_back(std::move(*entry));
  return entries;
}

bool is_nhi_system(std::string_view system) { return std::ranges::find(nhi_systems, system) != nhi_systems.end(); }

// NHI has an older name for its system. Of NHI numbers only the official one lives.
bool is_of(const Entry& entry, const IdentifierRule& rule) {
  if (rule.kind == IdentifierKind::nhi && !entry.official) return false;
  return entry.system == rule.system ||
         (rule.kind == IdentifierKind::nhi && is_nhi_system(rule.system) && is_nhi_system(entry.system));
}

// The code of the extension; empty: none that is known.
std::string verification_code(const json& identifier) {
  const auto extensions = identifier.find("extension");
  if (extensions == identifier.end() || !extensions->is_array()) return {};
  for (const json& extension : *extensions) {
    if (!extension.is_object() || text_of(extension, "url") != status_extension) continue;
    const auto concept_of = extension.find("valueCodeableConcept");
    if (concept_of == extension.end() || !concept_of->is_object()) return {};
    const auto codings = concept_of->find("coding");
    if (codings == concept_of->end() || !codings->is_array()) return {};
    for (const json& coding : *codings) {
      if (!coding.is_object()) continue;
      const std::string system = text_of(coding, "system");
      std::string code = text_of(coding, "code");
      if (!system.contains(status_codes) || (code == "nn" && !system.ends_with("Wales"))) continue;
      return code;
    }
  }
  return {};
}

struct TraceStatus {
  std::string_view code;
  std::string_view words;
};
constexpr std::array<TraceStatus, 7> trace_statuses = {{{"02", "it was not traced"},
                                                        {"03", "it must be traced"},
                                                        {"04", "the trace found nobody, or several people"},
                                                        {"05", "its trace needs resolving"},
                                                        {"06", "its trace is under way"},
                                                        {"07", "it is absent, and not required"},
                                                        {"08", "its trace was put off"}}};

bool is_verified_code(std::string_view code) {
  return code == "01" || code == "number-present-and-verified" || code == "nn";
}

// Whether the number can be right, and what is odd about it. White space and hyphens are out of `value` afterwards.
std::optional<std::string> fault_of_number(IdentifierKind kind, std::string& value) {
  if (kind == IdentifierKind::opaque) return std::nullopt;
  auto number = kind == IdentifierKind::nhs ? nhs_number(value) : nhi_number(value);
  if (!number) {
    switch (number.error()) {
      case NumberFault::form:
        return "is no number of its kind";
      case NumberFault::repeated:
        return "is one digit repeated, which nobody has";
      case NumberFault::check_digit:
        return "has a wrong check digit";
    }
  }
  value = std::move(*number);
  if (kind == IdentifierKind::nhs && nhs_range(value) == NhsRange::not_issued)
    return "is of a range that nobody issues";
  return std::nullopt;
}

bool is_test_number(IdentifierKind kind, const std::string& value) {
  return (kind == IdentifierKind::nhs && nhs_range(value) == NhsRange::test) ||
         (kind == IdentifierKind::nhi && is_test_nhi(value));
}

// Whether the entry speaks for the record; what speaks against it is noted.
bool is_evidence(Entry& entry, const IdentifierRule& rule, PatientIdentity& identity) {
  if (entry.unreadable) {
    identity.found(Verification::unverified, "The identifier of " + rule.system + " has no value that can be read.");
    return false;
  }
  if (const auto fault = fault_of_number(rule.kind, entry.value)) {
    identity.found(Verification::unverified, "The identifier of " + rule.system + " " + *fault + ".");
    return false;
  }
  if (is_test_number(rule.kind, entry.value))
    identity.found(Verification::verified, "The identifier of " + rule.system + " is a test number.");
  if (rule.kind != IdentifierKind::nhs) return true;
  const std::string code = verification_code(*entry.whole);
  if (is_verified_code(code)) return true;
  const auto meaning = std::ranges::find(trace_statuses, code, &TraceStatus::code);
  identity.found(
      Verification::unverified,
      "The NHS number is not verified: " +
          std::string(meaning == trace_statuses.end() ? "the EHR does not say that it was" : meaning->words) + ".");
  return true;
}

// Two values of one assigner; without an assigner on either side they are compared too.
bool contradict(const Entry& one, const Entry& other) {
  const bool comparable = one.assigner.empty() || other.assigner.empty() || one.assigner == other.assigner;
  return comparable && one.value != other.value;
}

bool any_contradict(const std::vector<Entry>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i)
    for (std::size_t j = i + 1; j < entries.size(); ++j)
      if (contradict(entries[i], entries[j])) return true;
  return false;
}

void judge_rule(const std::vector<Entry>& entries, const IdentifierRule& rule, PatientIdentity& identity) {
  std::vector<Entry> of_rule;
  for (const Entry& entry : entries)
    if (is_of(entry, rule)) of_rule.push_back(entry);
  std::erase_if(of_rule, [&](Entry& entry) { return !is_evidence(entry, rule, identity); });
  if (of_rule.empty() && rule.required)
    identity.found(Verification::unverified, "The record has no current identifier of " + rule.system + ".");
  if (any_contradict(of_rule))
    identity.found(Verification::conflict, "The record has two different current identifiers of " + rule.system +
                                               ": have the EHR's administrators look at it.");
  for (const Entry& entry : of_rule)
    identity.identifiers.push_back({.system = entry.system, .value = entry.value, .official = entry.official});
}

}  // namespace

void judge_identifiers(const json& patient, const PatientQuestion& question, PatientIdentity& identity) {
  constexpr std::size_t most = 200;  // what a record may have: beyond, two by two would be long
  std::vector<Entry> entries = entries_of(patient, question.now, identity);
  if (entries.size() > most) {
    identity.found(Verification::unverified, "The record has more identifiers than wardend reads.");
    entries.resize(most);
  }
  for (const IdentifierRule& rule : question.identifiers) judge_rule(entries, rule, identity);
  for (const Entry& entry : entries) {
    const auto named = [&](const IdentifierRule& rule) { return is_of(entry, rule) || rule.system == entry.system; };
    if (!entry.unreadable && std::ranges::none_of(question.identifiers, named))
      identity.identifiers.push_back({.system = entry.system, .value = entry.value, .official = entry.official});
  }
}

bool same_system(std::string_view one, std::string_view other) {
  return one == other || (is_nhi_system(one) && is_nhi_system(other));
}

}  // namespace wardend::fhir

#include "protocol/oauth/token_context.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::oauth {
namespace {

using Json = nlohmann::json;
constexpr std::size_t most_context_entries = 64;
constexpr std::size_t max_context = 16UL * 1024;  // bytes of all entries
constexpr std::size_t max_context_text = 2UL * 1024;

// A bare id; "Patient/123" is tolerated, "" is absent. nullopt with `unusable_id` set: there is one, and it is no id.
std::optional<std::string> read_id(const Json& body, const char* name, std::string_view prefix,
                                   TokenResponse& response) {
  const Json* found = find_member(body, name);
  if (found == nullptr || found->is_null()) return std::nullopt;
  std::string id = found->is_string() ? found->get<std::string>() : std::string("?");
  if (id.empty()) {
    response.warnings.push_back(std::string(name) + " is empty");
    return std::nullopt;
  }
  if (id.starts_with(prefix)) {
    id.erase(0, prefix.size());
    response.warnings.push_back(std::string(name) + " carries a resource type");
  }
  if (!fhir::valid_id(id)) {
    response.unusable_id = true;
    response.warnings.push_back(std::string(name) + " is not a FHIR id");
    return std::nullopt;
  }
  if (!fhir::conformant_id(id)) response.warnings.push_back(std::string(name) + " is no id by FHIR's own rule");
  return id;
}

void leave_out(TokenResponse& response, std::string cause) {
  if (std::ranges::find(response.left_out, cause) != response.left_out.end()) return;
  response.warnings.push_back(cause);
  response.left_out.push_back(std::move(cause));
}

// Whether a reference, relative or absolute, names a resource of the type "Type/".
bool points_at(std::string_view reference, std::string_view type) {
  return reference.starts_with(type) || reference.find("/" + std::string(type)) != std::string_view::npos;
}

// Whether it names that very resource.
bool names(std::string_view reference, std::string_view type, const std::optional<std::string>& id) {
  if (!id || !reference.ends_with(std::string(type) + *id)) return false;
  const std::size_t before = reference.size() - type.size() - id->size();
  return before == 0 || reference[before - 1] == '/';
}

// Why an entry of fhirContext is left out; nullptr: it is kept. One that is there for the launch itself may name
// neither a patient nor an encounter: those have members of their own. Spec: SMART App Launch 2.2.0, fhirContext
const char* fault_of_entry(const Json& entry, const LaunchContext& context) {
  const bool named =
      entry.is_object() && (entry.contains("reference") || entry.contains("canonical") || entry.contains("identifier"));
  if (!named) return "an entry of fhirContext names nothing, and was left out";
  const std::string role = text_member(entry, "role");
  if (!role.empty() && role != "launch") return nullptr;
  const std::string reference = text_member(entry, "reference");
  if (names(reference, "Patient/", context.patient) || names(reference, "Encounter/", context.encounter))
    return "an entry of fhirContext names the patient or encounter of the launch once more, and was left out";
  const std::string type = text_member(entry, "type");
  if (points_at(reference, "Patient/") || type == "Patient")
    return "an entry of fhirContext names another patient than the launch, and was left out";
  if (points_at(reference, "Encounter/") || type == "Encounter")
    return "an entry of fhirContext names another encounter than the launch, and was left out";
  return nullptr;
}

// Entries as objects; plain strings are the older form of {reference}. A Patient here is never the patient in context.
void read_fhir_context(const Json& body, TokenResponse& response) {
  const Json* found = find_member(body, "fhirContext");
  if (found == nullptr || found->is_null()) return;
  if (!found->is_array()) return leave_out(response, "fhirContext is not a list, and was left out");
  response.said_fhir_context = true;
  std::size_t bytes = 0;
  for (const Json& entry : *found) {
    const Json object = entry.is_string() ? Json{{"reference", entry}} : entry;
    if (const char* fault = fault_of_entry(object, response.context)) {
      leave_out(response, fault);
      continue;
    }
    std::string text = dump_json(object);
    bytes += text.size();
    if (response.context.fhir_context.size() == most_context_entries || bytes > max_context)
      return leave_out(response, "fhirContext has more than 64 entries or 16 KiB: the rest was left out");
    response.context.fhir_context.push_back(std::move(text));
  }
}

// Cut, or without what nobody sees, a text would be another one.
std::optional<std::string> read_text(const Json& body, const char* name, TokenResponse& response) {
  const Json* found = find_member(body, name);
  if (found == nullptr || found->is_null()) return std::nullopt;
  std::string value = found->is_string() ? found->get<std::string>() : std::string();
  if (!found->is_string())
    leave_out(response, std::string(name) + " is no text, and was left out");
  else if (value.size() > max_context_text)
    leave_out(response, std::string(name) + " is longer than 2 KiB, and was left out");
  else if (printable(value, max_context_text) != value)
    leave_out(response, std::string(name) + " has characters that no screen shows, and was left out");
  else if (!value.empty())
    return value;
  return std::nullopt;
}

}  // namespace

void read_context(const Json& body, TokenResponse& response) {
  response.context.patient = read_id(body, "patient", "Patient/", response);
  response.context.encounter = read_id(body, "encounter", "Encounter/", response);
  read_fhir_context(body, response);
  const Json* banner = find_member(body, "need_patient_banner");
  response.said_need_patient_banner = banner != nullptr && banner->is_boolean();
  if (response.said_need_patient_banner) response.context.need_patient_banner = banner->get<bool>();
  response.context.intent = read_text(body, "intent", response);
  response.context.smart_style_url = read_text(body, "smart_style_url", response);
  response.context.tenant = read_text(body, "tenant", response);
}

}  // namespace wardend::oauth

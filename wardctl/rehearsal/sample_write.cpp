#include "wardctl/rehearsal/sample_write.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "protocol/fhir/compartment.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;

// Some say whose they are by another record alone, which a rehearsal does not have.
bool names_its_patient(const std::string& type) {
  return fhir::subject_element(type) != nullptr && !fhir::is_about_records(type);
}

// `value` at the end of "a.b"; lists where the element may be there several times.
json at_path(std::string_view path, bool many, json value) {
  const auto dot = path.find('.');
  if (dot != std::string_view::npos) value = at_path(path.substr(dot + 1), false, std::move(value));
  json entry = many ? json::array({std::move(value)}) : std::move(value);
  json object = json::object();
  object[std::string(path.substr(0, dot))] = std::move(entry);
  return object;
}

}  // namespace

Writable writable_by(const std::vector<std::string>& scopes) {
  Writable found;
  for (const std::string& scope : scopes) {
    const auto slash = scope.find('/');
    const auto dot = scope.find('.', slash == std::string::npos ? 0 : slash);
    if (slash == std::string::npos || dot == std::string::npos || scope.starts_with("system/")) continue;
    if (!scope.starts_with("patient/") && !scope.starts_with("user/")) continue;
    const std::string type = scope.substr(slash + 1, dot - slash - 1);
    const std::string may = scope.substr(dot + 1, scope.find('?') - dot - 1);
    const bool everything = may == "*" || may == "write";
    const bool letters = may.find_first_not_of("cruds") == std::string::npos;  // and not a word, such as read
    const bool creates = everything || (letters && may.starts_with('c'));
    found.anything = found.anything || creates || (letters && may.find_first_of("ud") != std::string::npos);
    if (!creates || !found.type.empty()) continue;
    if (type == "*") found.type = "Observation";
    if (names_its_patient(type)) found.type = type;
  }
  return found;
}

json resource_about(const std::string& type, const std::string& patient) {
  json resource = {{"resourceType", type}, {"status", "draft"}, {"code", {{"text", "Rehearsal"}}}};
  const fhir::SubjectElement* element = fhir::subject_element(type);
  const std::string_view path = element == nullptr ? "subject" : element->path;
  resource.update(at_path(path, element != nullptr && element->many, {{"reference", "Patient/" + patient}}));
  return resource;
}

}  // namespace wardend::wardctl

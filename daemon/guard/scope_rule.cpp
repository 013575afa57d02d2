#include "daemon/guard/scope_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/smart/grant.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using nlohmann::json;

// nullopt: it needs no letter of its own. Spec: SMART App Launch 2.2.0, scopes for FHIR data, letters
std::optional<char> letter_of(const fhir::FhirRequest& request) {
  switch (request.interaction) {
    case Interaction::read:
    case Interaction::vread:
      return 'r';
    case Interaction::search:
      return 's';
    case Interaction::history:
      return request.id.empty() ? 's' : 'r';
    case Interaction::create:
      return 'c';
    case Interaction::update:
    case Interaction::patch:
      return 'u';
    case Interaction::delete_:
      return 'd';
    case Interaction::batch:
    case Interaction::transaction:
    case Interaction::operation:
    case Interaction::capabilities:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view type_of(const fhir::FhirRequest& request) {
  return request.type.empty() ? std::string_view("*") : std::string_view(request.type);
}

// A Patient is written with a scope that names it.
bool is_too_wide(const smart::FhirScope& scope, const fhir::FhirRequest& request) {
  return !request.reads && request.type == "Patient" && scope.resource != "Patient";
}

bool is_in_query(const smart::Filter& filter, const fhir::FhirRequest& request) {
  return std::ranges::any_of(request.parameters, [&](const fhir::QueryParameter& parameter) {
    std::string name = parameter.name;
    if (!parameter.modifier.empty()) name += ":" + parameter.modifier;
    if (!parameter.chain.empty()) name += "." + parameter.chain;
    return name == filter.name && parameter.value == filter.value;
  });
}

// A code, or the "system" and "code" of a Coding, against a token as a search writes it: code, system|code, |code.
bool is_token(const json& value, std::string_view token) {
  const auto bar = token.find('|');
  const std::string_view code = bar == token.npos ? token : token.substr(bar + 1);
  if (value.is_string()) return bar == token.npos && value.get_ref<const std::string&>() == code;
  if (!value.is_object() || text_member(value, "code") != code) return false;
  return bar == token.npos || text_member(value, "system") == token.substr(0, bar);
}

// Whether the element that the parameter is named after holds that token: as a code, a Coding or a CodeableConcept.
bool is_in_resource(const smart::Filter& filter, const json& resource) {
  const json* element = find_member(resource, filter.name.c_str());
  if (element == nullptr) return false;
  const auto holds = [&](const json& value) {
    return is_token(value, filter.value) || std::ranges::any_of(list_member(value, "coding"), [&](const json& coding) {
             return is_token(coding, filter.value);
           });
  };
  return element->is_array() ? std::ranges::any_of(*element, holds) : holds(*element);
}

bool holds(const smart::Filter& filter, const Shown& shown) {
  const bool finds = shown.request.conditional && shown.request.interaction != Interaction::create;
  if (shown.request.interaction == Interaction::search || (finds && shown.resource == nullptr))
    return is_in_query(filter, shown.request);
  return shown.resource != nullptr && is_in_resource(filter, *shown.resource);
}

// What the scopes that could cover a request ask for: "category=laboratory".
std::vector<std::string> narrowings(const Facts& facts, const fhir::FhirRequest& request) {
  constexpr std::size_t longest = 200;
  std::vector<std::string> found;
  const auto letter = letter_of(request);
  if (!letter) return found;
  for (const std::string_view context : {"patient", "user", "system"})
    for (const smart::FhirScope& scope : smart::scopes_for(facts.granted, {context, type_of(request), *letter})) {
      if (scope.filters.empty() || is_too_wide(scope, request)) continue;
      std::vector<std::string> pairs;
      for (const smart::Filter& filter : scope.filters) pairs.push_back(filter.name + "=" + filter.value);
      std::string words = printable(joined(pairs, "&"), longest);
      if (std::ranges::find(found, words) == found.end()) found.push_back(std::move(words));
    }
  return found;
}

}  // namespace

Cover cover(const Facts& facts, std::string_view context, const Shown& shown) {
  const auto letter = letter_of(shown.request);
  if (!letter) return Cover::whole;
  const std::string_view type = type_of(shown.request);
  Cover best = Cover::no;
  for (const smart::FhirScope& scope : smart::scopes_for(facts.granted, {context, type, *letter})) {
    if (is_too_wide(scope, shown.request)) continue;
    if (std::ranges::all_of(scope.filters, [&](const smart::Filter& filter) { return holds(filter, shown); }))
      return Cover::whole;
    best = Cover::narrowed;
  }
  return best;
}

Cover cover(const Facts& facts, const Shown& shown) {
  Cover best = Cover::no;
  for (const std::string_view context : {"patient", "user", "system"})
    best = std::max(best, cover(facts, context, shown));
  return best;
}

Error not_granted(const Facts& facts, const Shown& shown) {
  const fhir::FhirRequest& request = shown.request;
  const char letter = letter_of(request).value_or('s');
  const std::string scope = "patient/" + std::string(type_of(request)) + "." + letter;
  const std::vector<std::string> narrow = narrowings(facts, request);
  std::string reason = "the EHR has not granted " + scope + ": ask support to have it approved";
  if (!narrow.empty())
    reason = "the EHR has granted " + scope + " only with " + joined(narrow, ", or ") +
             ", and this is not shown to match: check those elements, or ask support to have more approved";
  return errors::ScopeNotGranted{.missing = std::vector{scope}, .reason = std::move(reason)};
}

}  // namespace wardend::guard

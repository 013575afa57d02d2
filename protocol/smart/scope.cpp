#include "protocol/smart/scope.hpp"

#include <algorithm>
#include <array>

#include "protocol/smart/scope_grammar.hpp"

namespace wardend::smart {
namespace {

constexpr std::size_t max_scope = 1024;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has_filter(const FhirScope& scope, const Filter& filter) {
  return std::ranges::find(scope.filters, filter) != scope.filters.end();
}

// Fewer search parameters allow more.
bool atom_covered(const FhirScope& granted, const FhirScope& wanted, char letter) {
  return granted.context == wanted.context && (granted.resource == "*" || granted.resource == wanted.resource) &&
         granted.letters.contains(letter) &&
         std::ranges::all_of(granted.filters, [&](const Filter& filter) { return has_filter(wanted, filter); });
}

// What both allow, in v2 syntax; empty: nothing.
std::string common_part(const FhirScope& granted, const FhirScope& wanted) {
  const bool apart = granted.resource != wanted.resource && granted.resource != "*" && wanted.resource != "*";
  if (granted.context != wanted.context || apart) return {};
  std::string common;
  for (const char letter : granted.letters)
    if (wanted.letters.contains(letter)) common.push_back(letter);
  if (common.empty()) return {};
  const std::string_view resource = granted.resource == "*" ? wanted.resource : granted.resource;
  std::string scope = std::string(granted.context) + "/" + std::string(resource) + "." + common;
  char separator = '?';
  const auto append = [&](const Filter& filter) {
    scope += separator + std::string(filter.text);
    separator = '&';
  };
  for (const Filter& filter : granted.filters) append(filter);
  for (const Filter& filter : wanted.filters)
    if (!has_filter(granted, filter)) append(filter);
  return scope;
}

bool judged_elsewhere(std::string_view scope) {
  constexpr std::array names = {std::string_view("openid"),         std::string_view("fhirUser"),
                                std::string_view("profile"),        std::string_view("online_access"),
                                std::string_view("offline_access"), std::string_view("launch")};
  return scope.starts_with("launch/") || std::ranges::find(names, scope) != names.end();
}

}  // namespace

ScopeSet::ScopeSet(std::string_view text) {
  while (!text.empty()) {
    const auto scope = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), scope.size() + 1));
    add(scope);
  }
}

ScopeSet::ScopeSet(std::vector<std::string> scopes) {
  for (const std::string& scope : scopes) add(scope);
}

std::string ScopeSet::text() const {
  std::string joined;
  for (const std::string& scope : scopes_) {
    if (!joined.empty()) joined.push_back(' ');
    joined += scope;
  }
  return joined;
}

bool ScopeSet::contains(std::string_view scope) const { return std::ranges::find(scopes_, scope) != scopes_.end(); }

bool ScopeSet::has_patient_scope() const {
  return std::ranges::any_of(scopes_, [](const std::string& scope) { return scope.starts_with("patient/"); });
}

void ScopeSet::add(std::string_view scope) {
  if (!scope.empty() && !contains(scope)) scopes_.emplace_back(scope);
}

bool ScopeSet::covers(std::string_view wanted) const {
  const auto parsed = parse_fhir_scope(wanted);
  if (!parsed) return contains(wanted);
  return std::ranges::all_of(parsed->letters, [&](char letter) {
    return std::ranges::any_of(scopes_, [&](const std::string& scope) {
      const auto granted = parse_fhir_scope(scope);
      return granted && atom_covered(*granted, *parsed, letter);
    });
  });
}

bool valid_scope(std::string_view scope) {
  if (scope.empty() || scope.size() > max_scope) return false;
  const bool printable =
      std::ranges::all_of(scope, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  if (!printable) return false;
  // "Patient/..." is a misspelt FHIR scope, not a word of somebody's own.
  std::string context(scope.substr(0, scope.find('/')));
  std::ranges::transform(context, context.begin(),
                         [](char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; });
  const bool fhir = scope.contains('/') && (context == "patient" || context == "user" || context == "system");
  return !fhir || parse_fhir_scope(scope).has_value();
}

std::vector<std::string> missing_scopes(const ScopeSet& wanted, const ScopeSet& granted) {
  std::vector<std::string> missing;
  for (const std::string& scope : wanted.list())
    if (!judged_elsewhere(scope) && !granted.covers(scope)) missing.push_back(scope);
  return missing;
}

ScopeSet without_surplus(const ScopeSet& granted, const ScopeSet& wanted) {
  ScopeSet kept;
  // What was asked for and is covered, as asked; narrower grants as granted; of the rest what both have in common.
  for (const std::string& scope : wanted.list())
    if (granted.covers(scope)) kept.add(scope);
  for (const std::string& scope : granted.list())
    if (wanted.covers(scope) && !kept.covers(scope)) kept.add(scope);
  for (const std::string& given : granted.list()) {
    for (const std::string& asked : wanted.list()) {
      const auto granted_scope = parse_fhir_scope(given);
      const auto wanted_scope = parse_fhir_scope(asked);
      if (!granted_scope || !wanted_scope) continue;
      const std::string common = common_part(*granted_scope, *wanted_scope);
      if (!common.empty() && !kept.covers(common)) kept.add(common);
    }
  }
  return kept;
}

}  // namespace wardend::smart

#include "protocol/smart/scope.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.hpp"

namespace wardend::smart {
namespace {

constexpr std::size_t max_scope = 1024;
constexpr std::string_view letters = "cruds";

// A search parameter and its value, percent-decoded.
struct Filter {
  std::string name;
  std::string value;
  std::string_view text;  // both as written
  friend bool operator==(const Filter& a, const Filter& b) { return a.name == b.name && a.value == b.value; }
};

// A FHIR scope as atoms: context, resource, letters and search parameters. Views into the text it was read from.
struct FhirScope {
  std::string_view context;
  std::string_view resource;
  std::string letters;
  std::vector<Filter> filters;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_resource(std::string_view name) {
  return name == "*" || (!name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
                         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); }));
}

bool is_parameter(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_-.:").find(c) != std::string_view::npos;
  });
}

// A "+" is itself here, as the whole scope is encoded once more on its way.
std::string decoded(std::string_view value) {
  std::string escaped;
  for (const char c : value) escaped += c == '+' ? "%2B" : std::string(1, c);
  return form_decode(escaped).value_or(std::string(value));
}

// nullopt: a pair without a name or a value.
std::optional<std::vector<Filter>> parse_filters(std::string_view query) {
  std::vector<Filter> filters;
  while (true) {
    const auto pair = query.substr(0, query.find('&'));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals + 1 == pair.size() || !is_parameter(pair.substr(0, equals)))
      return std::nullopt;
    filters.push_back({std::string(pair.substr(0, equals)), decoded(pair.substr(equals + 1)), pair});
    if (pair.size() == query.size()) return filters;
    query.remove_prefix(pair.size() + 1);
  }
}

bool is_v1(std::string_view permission) { return permission == "read" || permission == "write" || permission == "*"; }

// v1 read, write and * as v2 letters; v2 letters must keep their order. Spec: SMART App Launch 2.2.0, scopes for v1
std::optional<std::string> permission_letters(std::string_view permission) {
  if (permission == "read") return "rs";
  if (permission == "write") return "cud";
  if (permission == "*") return std::string(letters);
  std::size_t at = 0;
  for (const char c : permission) {
    const auto found = letters.find(c, at);
    if (found == std::string_view::npos) return std::nullopt;
    at = found + 1;
  }
  return permission.empty() ? std::nullopt : std::optional<std::string>(permission);
}

std::optional<FhirScope> parse_fhir_scope(std::string_view scope) {
  const auto slash = scope.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  FhirScope parsed;
  parsed.context = scope.substr(0, slash);
  if (parsed.context != "patient" && parsed.context != "user" && parsed.context != "system") return std::nullopt;
  std::string_view rest = scope.substr(slash + 1);
  const auto question = rest.find('?');
  if (question != std::string_view::npos) {
    auto filters = parse_filters(rest.substr(question + 1));
    if (!filters) return std::nullopt;
    parsed.filters = std::move(*filters);
    rest = rest.substr(0, question);
  }
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  if (is_v1(rest.substr(dot + 1)) && !parsed.filters.empty()) return std::nullopt;
  parsed.resource = rest.substr(0, dot);
  const auto permitted = permission_letters(rest.substr(dot + 1));
  if (!is_resource(parsed.resource) || !permitted) return std::nullopt;
  parsed.letters = *permitted;
  return parsed;
}

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

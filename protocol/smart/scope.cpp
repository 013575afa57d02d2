#include "protocol/smart/scope.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace wardend::smart {
namespace {

constexpr std::size_t max_scope = 1024;
constexpr std::string_view letters = "cruds";

// A FHIR scope as atoms: context, resource, letters and search parameters.
struct FhirScope {
  std::string_view context;
  std::string_view resource;
  std::string letters;
  std::string_view query;
};

bool is_resource(std::string_view name) {
  return name == "*" ||
         (!name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
          std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }));
}

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
    parsed.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
    if (parsed.query.empty() || parsed.query.find('=') == std::string_view::npos) return std::nullopt;
  }
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  parsed.resource = rest.substr(0, dot);
  const auto permitted = permission_letters(rest.substr(dot + 1));
  if (!is_resource(parsed.resource) || !permitted) return std::nullopt;
  parsed.letters = *permitted;
  return parsed;
}

bool atom_covered(const FhirScope& granted, const FhirScope& wanted, char letter) {
  return granted.context == wanted.context && (granted.resource == "*" || granted.resource == wanted.resource) &&
         granted.letters.contains(letter) && (granted.query.empty() || granted.query == wanted.query);
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
  const bool fhir = scope.starts_with("patient/") || scope.starts_with("user/") || scope.starts_with("system/");
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
  // What was asked for and is covered, as asked; narrower grants as granted; nothing that was never asked for.
  for (const std::string& scope : wanted.list())
    if (granted.covers(scope)) kept.add(scope);
  for (const std::string& scope : granted.list())
    if (wanted.covers(scope) && !kept.covers(scope)) kept.add(scope);
  return kept;
}

}  // namespace wardend::smart

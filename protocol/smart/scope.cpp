#include "protocol/smart/scope.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <set>

#include "base/text.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::smart {
namespace {

constexpr std::size_t max_scope = 1024;
constexpr std::size_t most_kept = 512;

bool has_filter(const FhirScope& scope, const Filter& filter) {
  return std::ranges::find(scope.filters, filter) != scope.filters.end();
}

// Whether `granted` allows its letters for all that `wanted` speaks of. Fewer search parameters allow more.
bool reaches(const FhirScope& granted, const FhirScope& wanted) {
  return granted.context == wanted.context && (granted.resource == "*" || granted.resource == wanted.resource) &&
         std::ranges::all_of(granted.filters, [&](const Filter& filter) { return has_filter(wanted, filter); });
}

// Scopes, each taken apart once.
class ParsedScopes {
 public:
  ParsedScopes() = default;
  ParsedScopes(const ParsedScopes&) = delete;
  ParsedScopes& operator=(const ParsedScopes&) = delete;
  explicit ParsedScopes(const ScopeSet& scopes) {
    for (const std::string& scope : scopes.list()) add(scope);
  }
  void add(std::string scope) {
    texts_.push_back(std::move(scope));
    if (auto parsed = parse_fhir_scope(texts_.back())) fhir_.push_back(std::move(*parsed));
    words_.insert(texts_.back());
  }
  [[nodiscard]] const std::list<std::string>& texts() const { return texts_; }
  [[nodiscard]] const std::vector<FhirScope>& fhir() const { return fhir_; }
  [[nodiscard]] bool contains(std::string_view scope) const { return words_.contains(scope); }
  [[nodiscard]] bool covers(const FhirScope& wanted) const {
    std::string missing = wanted.letters;
    for (const FhirScope& scope : fhir_) {
      if (!reaches(scope, wanted)) continue;
      std::erase_if(missing, [&](char letter) { return scope.letters.contains(letter); });
      if (missing.empty()) return true;
    }
    return missing.empty();
  }
  [[nodiscard]] bool covers(std::string_view wanted) const {
    const auto parsed = parse_fhir_scope(wanted);
    return parsed ? covers(*parsed) : contains(wanted);
  }

 private:
  std::list<std::string> texts_;  // `fhir_` and `words_` point into them
  std::vector<FhirScope> fhir_;
  std::set<std::string_view> words_;
};

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

ScopeSet::ScopeSet(std::string_view text, std::size_t most) {
  std::set<std::string_view> seen;
  while (!text.empty() && scopes_.size() < most) {
    const auto scope = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), scope.size() + 1));
    if (!scope.empty() && seen.insert(scope).second) scopes_.emplace_back(scope);
  }
}

ScopeSet::ScopeSet(std::vector<std::string> scopes) {
  std::set<std::string_view> seen;
  for (const std::string& scope : scopes)
    if (!scope.empty() && seen.insert(scope).second) scopes_.push_back(scope);
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

bool ScopeSet::covers(std::string_view wanted) const { return ParsedScopes(*this).covers(wanted); }

bool valid_scope(std::string_view scope) {
  if (scope.empty() || scope.size() > max_scope) return false;
  const bool printable =
      std::ranges::all_of(scope, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  if (!printable) return false;
  // "Patient/..." is a misspelt FHIR scope, not a word of somebody's own.
  const std::string context = lower_case(scope.substr(0, scope.find('/')));
  const bool fhir = scope.contains('/') && (context == "patient" || context == "user" || context == "system");
  return !fhir || parse_fhir_scope(scope).has_value();
}

std::vector<std::string> missing_scopes(const ScopeSet& wanted, const ScopeSet& granted) {
  const ParsedScopes given(granted);
  std::vector<std::string> missing;
  for (const std::string& scope : wanted.list())
    if (!judged_elsewhere(scope) && !given.covers(scope)) missing.push_back(scope);
  return missing;
}

ScopeSet without_surplus(const ScopeSet& granted, const ScopeSet& wanted) {
  const ParsedScopes given(granted), asked(wanted);
  ParsedScopes kept;
  const auto keep = [&](std::string scope) {
    if (kept.texts().size() < most_kept && !kept.contains(scope)) kept.add(std::move(scope));
  };
  // What was asked for and is covered, as asked; narrower grants as granted; of the rest what both have in common.
  for (const std::string& scope : wanted.list())
    if (given.covers(scope)) keep(scope);
  for (const std::string& scope : granted.list())
    if (asked.covers(scope) && !kept.covers(scope)) keep(scope);
  for (const FhirScope& one : given.fhir()) {
    for (const FhirScope& other : asked.fhir()) {
      if (kept.texts().size() == most_kept) break;
      std::string common = common_part(one, other);
      if (!common.empty() && !kept.covers(common)) keep(std::move(common));
    }
  }
  return ScopeSet(std::vector<std::string>(kept.texts().begin(), kept.texts().end()));
}

}  // namespace wardend::smart

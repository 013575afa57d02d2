#include "protocol/smart/scope_grammar.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace wardend::smart {
namespace {

constexpr std::string_view letters = "cruds";

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

}  // namespace

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
  parsed.v1 = is_v1(rest.substr(dot + 1));
  if (parsed.v1 && !parsed.filters.empty()) return std::nullopt;
  parsed.resource = rest.substr(0, dot);
  const auto permitted = permission_letters(rest.substr(dot + 1));
  if (!is_resource(parsed.resource) || !permitted) return std::nullopt;
  parsed.letters = *permitted;
  return parsed;
}

}  // namespace wardend::smart

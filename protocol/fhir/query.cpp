#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "protocol/fhir/request.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

constexpr std::size_t most_shown = 64;

// Those of every resource type, those that shape the answer, and those of a history. Not _query: nobody knows what a
// named query answers.
constexpr auto own_parameters = std::to_array<std::string_view>(
    {"_at",       "_contained",   "_containedType", "_content", "_count",   "_elements",
     "_filter",   "_format",      "_has",           "_id",      "_in",      "_include",
     "_language", "_lastUpdated", "_list",          "_pretty",  "_profile", "_revinclude",
     "_security", "_since",       "_sort",          "_source",  "_summary", "_tag",
     "_text",     "_total",       "_type"});

constexpr auto modifiers =
    std::to_array<std::string_view>({"above", "below", "code-text", "contains", "exact", "identifier", "in", "missing",
                                     "not", "not-in", "of-type", "ofType", "text", "text-advanced"});

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_word(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
  });
}

bool is_name(std::string_view name) { return !name.empty() && is_word(name, "-_"); }

bool modifier_is_known(const QueryParameter& parameter) {
  if (parameter.name == "_has") return !parameter.modifier.empty();
  if (parameter.modifier.empty()) return true;
  if (parameter.name == "_include" || parameter.name == "_revinclude")
    return parameter.modifier == "iterate" || parameter.modifier == "recurse";
  return is_one_of(parameter.modifier, modifiers) || is_resource_type(parameter.modifier);
}

QueryParameter taken_apart(std::string_view key, std::string value) {
  QueryParameter parameter{.name = std::string(key.substr(0, key.find_first_of(":."))), .value = std::move(value)};
  key.remove_prefix(parameter.name.size());
  if (key.starts_with(':')) {
    const std::string_view behind = key.substr(1);
    parameter.modifier = parameter.name == "_has" ? behind : behind.substr(0, behind.find('.'));
    key.remove_prefix(1 + parameter.modifier.size());
  }
  if (key.starts_with('.')) parameter.chain = key.substr(1);
  return parameter;
}

// What is wrong with it; nullopt: nothing.
std::optional<std::string> fault_of(const QueryParameter& parameter) {
  const auto shown = [](std::string_view word) { return "\"" + printable_ascii(word, most_shown) + "\""; };
  const bool written =
      is_name(parameter.name) && is_word(parameter.modifier, "-_.:") && is_word(parameter.chain, "-_.:");
  if (!written) return "a search parameter is not written as FHIR has it: " + shown(parameter.name);
  if (parameter.name.starts_with('_') && !is_one_of(parameter.name, own_parameters))
    return "the parameter " + shown(parameter.name) + " is not known";
  if (!modifier_is_known(parameter)) return "the modifier " + shown(":" + parameter.modifier) + " is not known";
  return std::nullopt;
}

}  // namespace

std::expected<std::vector<QueryParameter>, std::string> parse_query(std::string_view query) {
  if (query.size() > longest_query) return std::unexpected("a query of more than 8 KiB");
  if (query.contains('#')) return std::unexpected("a fragment (#...) in a query");
  // Some servers end a parameter there.
  if (query.contains(';')) return std::unexpected("a semicolon in a query: write it as %3B");
  std::vector<QueryParameter> parameters;
  if (query.empty()) return parameters;
  auto pairs = parse_form(query);
  if (!pairs) return std::unexpected("a query with a broken escape or more than 64 parameters");
  parameters.reserve(pairs->size());
  for (auto& [key, value] : *pairs) {
    parameters.push_back(taken_apart(key, std::move(value)));
    if (auto fault = fault_of(parameters.back())) return std::unexpected(std::move(*fault));
  }
  return parameters;
}

}  // namespace wardend::fhir

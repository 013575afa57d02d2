#include "daemon/launch/shortfall.hpp"

#include "base/text.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::launch {
namespace {

// The letters of `wanted` that were granted, where some were and some were not.
std::string letters_granted(const smart::ScopeSet& granted, const std::string& wanted) {
  const auto parsed = smart::parse_fhir_scope(wanted);
  if (!parsed) return {};
  const auto question = wanted.find('?');
  const std::string head = wanted.substr(0, wanted.find('.') + 1);
  const std::string tail = question == std::string::npos ? std::string() : wanted.substr(question);
  std::string letters;
  for (const char letter : parsed->letters)
    if (granted.covers(head + letter + tail)) letters += letter;
  return letters;
}

// A granted scope of the same type that only lacks what `wanted` has without a search parameter; empty: none.
std::string narrower(const smart::ScopeSet& granted, const std::string& wanted) {
  const auto asked = smart::parse_fhir_scope(wanted);
  if (!asked) return {};
  for (const std::string& scope : granted.list()) {
    const auto given = smart::parse_fhir_scope(scope);
    if (given && given->context == asked->context && given->resource == asked->resource &&
        given->filters.size() > asked->filters.size())
      return scope;
  }
  return {};
}

std::string part_granted(const smart::ScopeSet& granted, const std::vector<std::string>& missing) {
  std::string text;
  for (const std::string& wanted : missing) {
    std::string part = letters_granted(granted, wanted);
    if (part.empty()) part = printable(narrower(granted, wanted), 200);
    if (!part.empty()) text += (text.empty() ? "of " : ", of ") + wanted + " only " + part;
  }
  return text.empty() ? text : text + " was granted: have the rest added to the client's registration";
}

}  // namespace

std::string shortfall_cause(const smart::ScopeSet& requested, const std::optional<smart::ScopeSet>& granted,
                            const std::vector<std::string>& missing) {
  if (missing.empty()) return {};
  if (!granted)
    return "the server's answer does not name the scopes that it granted: where its administrators say that it means "
           "those that were asked for, set assume_requested_scope = true under [server.oauth]";
  if (smart::syntax_mismatch(requested, *granted))
    return "the server granted none of the FHIR scopes that were asked for, as servers do whose client is registered "
           "for the other scope syntax: set scope_syntax under [server.oauth], or change the registration";
  if (granted->empty()) return "the server granted no scope at all: ask its administrators what the client may have";
  return part_granted(*granted, missing);
}

}  // namespace wardend::launch

#include <algorithm>

#include "protocol/smart/scope.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::smart {
namespace {

std::string_view v1_word(const FhirScope& scope) {
  const bool reads = scope.letters.find_first_of("rs") != std::string::npos;
  const bool writes = scope.letters.find_first_of("cud") != std::string::npos;
  if (reads && writes) return "*";
  return reads ? "read" : "write";
}

bool any_in(const ScopeSet& scopes, ScopeSyntax syntax) {
  return std::ranges::any_of(scopes.list(), [&](const std::string& scope) {
    const auto parsed = parse_fhir_scope(scope);
    return parsed && parsed->v1 == (syntax == ScopeSyntax::v1);
  });
}

}  // namespace

ScopeSyntax choose_syntax(ScopeSyntax configured, const std::vector<std::string>& capabilities) {
  if (configured != ScopeSyntax::automatic) return configured;
  const auto lists = [&](std::string_view name) { return std::ranges::find(capabilities, name) != capabilities.end(); };
  return lists("permission-v1") && !lists("permission-v2") ? ScopeSyntax::v1 : ScopeSyntax::v2;
}

ScopeSet in_syntax(const ScopeSet& scopes, ScopeSyntax syntax) {
  ScopeSet written;
  for (const std::string& scope : scopes.list()) {
    const auto parsed = parse_fhir_scope(scope);
    if (!parsed || syntax == ScopeSyntax::automatic || parsed->v1 == (syntax == ScopeSyntax::v1)) {
      written.add(scope);
      continue;
    }
    std::string rewritten = std::string(parsed->context) + "/" + std::string(parsed->resource) + ".";
    rewritten += syntax == ScopeSyntax::v1 ? v1_word(*parsed) : std::string_view(parsed->letters);
    written.add(rewritten);
  }
  return written;
}

bool syntax_mismatch(const ScopeSet& requested, const ScopeSet& granted) {
  const auto answered = [&](ScopeSyntax syntax) { return any_in(requested, syntax) && any_in(granted, syntax); };
  const bool asked = any_in(requested, ScopeSyntax::v1) || any_in(requested, ScopeSyntax::v2);
  return asked && !granted.empty() && !answered(ScopeSyntax::v1) && !answered(ScopeSyntax::v2);
}

}  // namespace wardend::smart

#include "protocol/smart/grant.hpp"

namespace wardend::smart {

std::vector<FhirScope> scopes_for(const ScopeSet& granted, const Interaction& wanted) {
  std::vector<FhirScope> allowing;
  for (const std::string& scope : granted.list()) {
    std::string_view rest = scope;
    if (!rest.starts_with(wanted.context)) continue;
    rest.remove_prefix(wanted.context.size());
    if (!rest.starts_with("/*.") && !(rest.starts_with('/') && rest.substr(1).starts_with(wanted.type))) continue;
    auto parsed = parse_fhir_scope(scope);
    if (!parsed || parsed->context != wanted.context || !parsed->letters.contains(wanted.letter)) continue;
    if (parsed->resource == "*" || parsed->resource == wanted.type) allowing.push_back(std::move(*parsed));
  }
  return allowing;
}

}  // namespace wardend::smart

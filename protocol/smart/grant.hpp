// Which granted scopes allow one interaction. Sets of scopes are compared with each other by scope.hpp. No I/O.
// Spec: SMART App Launch 2.2.0, scopes for FHIR data
#pragma once

#include <string_view>
#include <vector>

#include "protocol/smart/scope.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::smart {

// One letter of cruds on one resource type, or on all of them ("*"), in a context: patient, user or system.
struct Interaction {
  std::string_view context;
  std::string_view type;
  char letter;
};

// The granted scopes that allow it, for everything or for the part that their search parameters leave. Views into
// `granted`. Only "*" allows "*". Scopes of other contexts and types are not parsed: this is asked for each request.
[[nodiscard]] std::vector<FhirScope> scopes_for(const ScopeSet& granted, const Interaction& wanted);

}  // namespace wardend::smart

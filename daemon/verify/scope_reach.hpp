// What a scope gives an app, in plain sentences, and where that is more than the action for which it was approved. For
// those who approve scopes: an action is free text, so "wider" is a question to them and no verdict. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/model.hpp"

namespace wardend::verify {

struct ScopeReach {
  std::vector<std::string> covers;  // never empty
  std::vector<std::string> wider;   // than the stated action
};

// Spec: SMART App Launch 2.2.0, scopes and launch context; scopes for requesting FHIR resources
[[nodiscard]] ScopeReach reach_of(const config::Scope& scope);

}  // namespace wardend::verify

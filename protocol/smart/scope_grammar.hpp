// The grammar of one FHIR scope. Sets of scopes are compared by scope.hpp.
// Spec: SMART App Launch 2.2.0, scopes and launch context.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::smart {

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
  bool v1 = false;  // written as read, write or *
  std::string letters;
  std::vector<Filter> filters;
};

// nullopt: no FHIR scope, or not as the grammar has it (letters out of order, a v1 word with a search parameter).
[[nodiscard]] std::optional<FhirScope> parse_fhir_scope(std::string_view scope);

}  // namespace wardend::smart

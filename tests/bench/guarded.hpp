// How long the decision on a FHIR request takes.
#pragma once

namespace wardend::bench {

struct GuardCost {
  double decide_microseconds = 0;  // classify and decide without a body, with 20 scopes
  double walk_milliseconds = 0;    // every reference of a 50 KB resource
};
// The quickest of five rounds each.
[[nodiscard]] GuardCost cost_of_guard();

}  // namespace wardend::bench

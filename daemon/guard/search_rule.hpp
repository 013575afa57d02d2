// How the parameters of a search, or of a condition, are tied to the session's patient.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

// bound: everything that it finds is about the patient. by_author: the patient is somebody who takes part in it.
// unbound: it may find anybody's. other: it names another patient.
enum class Tie : std::uint8_t { bound, by_author, unbound, other };

struct SearchTie {
  Tie tie = Tie::unbound;
  bool wide = false;       // _include, _revinclude, _has, a chain, a Group or List: the answer may hold more
  bool reaches = false;    // a _has, a chain or a list leads through records that may be anybody's
  bool led = false;        // it finds only what a way leads to from the patient, or a rota of staff that it names
  std::string named = {};  // other: the id
};

// `type` is what is looked for. A parameter binds with one or more ids of the patient, without another modifier than
// ":Patient"; a value that is empty, negated or looked up by identifier binds nothing, as servers pass over it. What
// stands at the end of a _has or a chain is compared too, and binds nothing: it says through whose records the search
// goes. Another patient is named by any parameter that has a reference to one.
[[nodiscard]] SearchTie tie_of(std::string_view type, const std::vector<fhir::QueryParameter>& parameters,
                               const Facts& facts);

// As tie_of(), with the compartment in the address.
[[nodiscard]] SearchTie tie_of(const fhir::FhirRequest& search, const Facts& facts);

}  // namespace wardend::guard

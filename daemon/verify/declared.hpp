// What a CapabilityStatement declares of one interaction or one search parameter. Pure.
// Spec: FHIR R4 CapabilityStatement
#pragma once

#include <string>
#include <string_view>

#include "daemon/verify/report.hpp"
#include "protocol/fhir/capability_statement.hpp"

namespace wardend::verify {

struct Declaration {
  Verdict verdict = Verdict::unknown;
  std::string path = {};  // the element that was read; empty: the document lacks it
  std::string detail = "there is no CapabilityStatement that could say it";
  std::string doubt = {};  // what is odd about a declaration that meets the need
};

// What an app wants of a resource type: the name of an interaction or of a search parameter.
struct Wanted {
  std::string type;
  std::string name;
};

// `wanted.name`: an interaction of the type ("read", "search-type"), of the whole system ("batch"), or an operation
// with its "$". contradicted: the server lists the type's interactions, and this one is not among them. not_declared:
// it does not list the type, or none of its interactions. unknown: the same, where parts of the statement are elsewhere
// (imports, instantiates) or there is no `rest` at all.
[[nodiscard]] Declaration interaction(const fhir::CapabilityStatement& statement, const Wanted& wanted);

// Whether a search of the type takes that parameter. Parameters that shape the answer, as _count, prove nothing:
// servers need not list them. A chain is unknown where only its first part is listed.
[[nodiscard]] Declaration search_parameter(const fhir::CapabilityStatement& statement, const Wanted& wanted);

// The scope letter that an interaction needs; 0: none, or there is no such interaction.
[[nodiscard]] char letter_for(std::string_view interaction);

}  // namespace wardend::verify

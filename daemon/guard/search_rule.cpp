#include "daemon/guard/search_rule.hpp"

#include <algorithm>
#include <optional>

#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::guard {
namespace {

using fhir::QueryParameter;

// Who is meant by one value: a patient's id; empty: somebody or something else.
std::string_view patient_in(std::string_view value, bool bare_is_patient, const fhir::BaseUrl& base) {
  if (fhir::valid_id(value)) return bare_is_patient ? value : std::string_view();
  const fhir::ReferenceText reference = fhir::read_reference(value, base);
  const bool here = reference.form == fhir::ReferenceForm::here && reference.type == "Patient";
  return here ? reference.id : std::string_view();
}

// How a parameter ties what is found to whom it names. `other`: not at all, and yet it may name another patient.
// Patient.link is no membership: it finds the records that name this one.
Tie tie_by(std::string_view type, std::string_view name) {
  if (type == "Patient") return name == "_id" ? Tie::bound : Tie::other;
  if (fhir::names_subject(type, name)) return Tie::bound;
  const auto parameters = fhir::compartment_parameters(type);
  return std::ranges::find(parameters, name) != parameters.end() ? Tie::by_author : Tie::other;
}

bool may_name_patient(std::string_view type, std::string_view name) {
  return name == "patient" || name == "subject" || tie_by(type, name) != Tie::other;
}

// One parameter that could bind: all its values, which a comma joins by "or".
SearchTie tie_of_values(std::string_view type, const QueryParameter& parameter, const Facts& facts) {
  const Tie tie = tie_by(type, parameter.name);
  const bool bare = tie == Tie::bound || parameter.modifier == "Patient" || parameter.name == "patient";
  const std::string_view own = facts.patient ? std::string_view(*facts.patient) : std::string_view();
  bool all = true;
  std::string_view rest = parameter.value;
  while (true) {
    const auto value = rest.substr(0, rest.find(','));
    const std::string_view id = patient_in(value, bare, facts.base);
    if (!id.empty() && id != own) return {.tie = Tie::other, .named = std::string(id)};
    all = all && !id.empty();
    if (value.size() == rest.size()) break;
    rest.remove_prefix(value.size() + 1);
  }
  return {.tie = all && tie != Tie::other ? tie : Tie::unbound};
}

bool widens(const QueryParameter& parameter) {
  return !parameter.chain.empty() || parameter.name == "_include" || parameter.name == "_revinclude" ||
         parameter.name == "_has" || parameter.name == "_list";
}

}  // namespace

SearchTie tie_of(std::string_view type, const std::vector<QueryParameter>& parameters, const Facts& facts) {
  SearchTie found{.wide = type == "Group" || type == "List" || type == "Bundle"};
  for (const QueryParameter& parameter : parameters) {
    found.wide = found.wide || widens(parameter);
    const bool plain = parameter.chain.empty() && (parameter.modifier.empty() || parameter.modifier == "Patient");
    if (!plain || !may_name_patient(type, parameter.name)) continue;
    SearchTie one = tie_of_values(type, parameter, facts);
    if (one.tie == Tie::other) return {.tie = Tie::other, .wide = found.wide, .named = std::move(one.named)};
    found.tie = std::min(found.tie, one.tie);
  }
  return found;
}

SearchTie tie_of(const fhir::FhirRequest& search, const Facts& facts) {
  SearchTie found = tie_of(search.type, search.parameters, facts);
  if (found.tie == Tie::other || !search.compartment.starts_with("Patient/")) return found;
  const std::string id = search.compartment.substr(std::string_view("Patient/").size());
  if (facts.patient == id) return {.tie = Tie::bound, .wide = found.wide};
  return {.tie = Tie::other, .wide = found.wide, .named = id};
}

}  // namespace wardend::guard

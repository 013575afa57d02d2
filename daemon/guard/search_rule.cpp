#include "daemon/guard/search_rule.hpp"

#include <algorithm>
#include <optional>

#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/resource_types.hpp"

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

// Whom the values of a parameter name, which a comma joins by "or".
struct Named {
  std::string another = {};  // the id of another patient; empty: of none
  bool all_own = true;       // each is the session's patient
};

Named named_in(std::string_view values, bool bare, const Facts& facts) {
  const std::string_view own = facts.patient ? std::string_view(*facts.patient) : std::string_view();
  Named named;
  while (true) {
    const auto value = values.substr(0, values.find(','));
    const std::string_view id = patient_in(value, bare, facts.base);
    if (!id.empty() && id != own) return {.another = std::string(id), .all_own = false};
    named.all_own = named.all_own && !id.empty();
    if (value.size() == values.size()) return named;
    values.remove_prefix(value.size() + 1);
  }
}

// One parameter that could bind.
SearchTie tie_of_values(std::string_view type, const QueryParameter& parameter, const Facts& facts) {
  const Tie tie = tie_by(type, parameter.name);
  const bool bare = tie == Tie::bound || parameter.modifier == "Patient" || parameter.name == "patient";
  Named named = named_in(parameter.value, bare, facts);
  if (!named.another.empty()) return {.tie = Tie::other, .named = std::move(named.another)};
  return {.tie = named.all_own && tie != Tie::other ? tie : Tie::unbound};
}

bool is_about(std::string_view name) { return name == "patient" || name == "subject"; }

// Where a _has or a chain ends: the parameter that the value is for.
struct End {
  std::string_view type = {};  // that it is a parameter of; empty: not known
  std::string_view name = {};
  std::string_view modifier = {};
  bool through_anybodys = false;  // the way there leads through records that may be a patient's
};

// "Type:reference:parameter" of a _has, where another "_has:..." or a chain may be the parameter; or a chain from its
// first word on, "subject:Patient.name".
End end_of(std::string_view words, bool reverse) {
  End end;
  bool last = false;
  char behind = 0;
  const auto take = [&] {
    const std::string_view word = words.substr(0, words.find_first_of(":."));
    behind = word.size() < words.size() ? words[word.size()] : '\0';
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    return word;
  };
  while (!last) {
    if (reverse) {
      end.type = take();
      end.through_anybodys = end.through_anybodys || fhir::belonging_of(end.type) != fhir::Belonging::none;
      take();
    }
    end.name = take();
    end.modifier = {};
    reverse = end.name == "_has";
    if (reverse) continue;
    if (behind == ':') end.modifier = take();
    last = behind != '.';
    if (last) continue;
    end.type = fhir::is_resource_type(end.modifier) ? end.modifier : std::string_view();
    if (end.type.empty() && is_about(end.name)) end.type = "Patient";
    end.through_anybodys =
        end.through_anybodys || (!end.type.empty() && fhir::belonging_of(end.type) != fhir::Belonging::none);
  }
  return end;
}

// A parameter that leads elsewhere before it compares.
SearchTie tie_of_way(const QueryParameter& parameter, const Facts& facts) {
  const bool reverse = parameter.name == "_has";
  std::string words = reverse ? parameter.modifier : parameter.name;
  if (!reverse && !parameter.modifier.empty()) words += ":" + parameter.modifier;
  if (!parameter.chain.empty()) words += "." + parameter.chain;
  const End end = end_of(words, reverse);
  const bool plain = end.modifier.empty() || end.modifier == "Patient";
  if (!plain) return {.reaches = end.through_anybodys};
  const bool of_patient = is_about(end.name) || tie_by(end.type, end.name) == Tie::bound;
  Named named = named_in(parameter.value, of_patient || end.modifier == "Patient", facts);
  if (!named.another.empty()) return {.tie = Tie::other, .named = std::move(named.another)};
  return {.reaches = end.through_anybodys && !(of_patient && named.all_own)};
}

// A list may be anybody's, and nobody reads the words of a filter here.
bool is_of_anybodys(const QueryParameter& parameter) {
  return parameter.name == "_list" || parameter.name == "_in" || parameter.name == "_filter";
}

bool leads_on(const QueryParameter& parameter) { return !parameter.chain.empty() || parameter.name == "_has"; }

bool widens(const QueryParameter& parameter) {
  return !parameter.chain.empty() || parameter.name == "_include" || parameter.name == "_revinclude" ||
         parameter.name == "_has" || parameter.name == "_list";
}

}  // namespace

SearchTie tie_of(std::string_view type, const std::vector<QueryParameter>& parameters, const Facts& facts) {
  SearchTie found{.wide = type == "Group" || type == "List" || type == "Bundle"};
  for (const QueryParameter& parameter : parameters) {
    found.wide = found.wide || widens(parameter);
    found.reaches = found.reaches || is_of_anybodys(parameter);
    const bool plain = parameter.modifier.empty() || parameter.modifier == "Patient";
    const bool way = leads_on(parameter);
    if (!way && (!plain || !may_name_patient(type, parameter.name))) continue;
    SearchTie one = way ? tie_of_way(parameter, facts) : tie_of_values(type, parameter, facts);
    if (one.tie == Tie::other) return {.tie = Tie::other, .wide = found.wide, .named = std::move(one.named)};
    found.tie = std::min(found.tie, one.tie);
    found.reaches = found.reaches || one.reaches;
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

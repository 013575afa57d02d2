#include "daemon/guard/write_rule.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/search_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using Kind = Verdict::Kind;

// Whether a record of the type that names this patient is nobody else's.
bool has_one_subject(std::string_view type) {
  const fhir::SubjectElement* subject = fhir::subject_element(type);
  return subject != nullptr && !subject->many;
}

// A parameter that some servers read as another one: in capitals, or by a modifier that they pass over. A type says
// only of what the parameter is.
bool is_ambiguous(const fhir::QueryParameter& parameter) {
  const bool of_whom = parameter.name == "patient" || parameter.name == "subject";
  const bool typed = of_whom ? parameter.modifier == "Patient" : fhir::is_resource_type(parameter.modifier);
  const bool plain = parameter.modifier.empty() || typed || parameter.name == "_has";
  return !plain || (!parameter.name.starts_with('_') && lower_case(parameter.name) != parameter.name);
}

// A condition is a search: whatever it finds must be about the patient, where it could be about anybody.
// A parameter of FHIR's own that does not say in every release which records are meant. The others of them have words
// of their own.
bool may_be_unknown(const fhir::QueryParameter& one) {
  constexpr auto known = std::to_array<std::string_view>(
      {"_has", "_id", "_lastUpdated", "_list", "_profile", "_security", "_source", "_tag"});
  return one.name.starts_with('_') && std::ranges::find(known, one.name) == known.end();
}

std::optional<Error> condition_fault(const fhir::FhirRequest& request, const Facts& facts) {
  const bool create = request.interaction == Interaction::create;
  const std::vector<fhir::QueryParameter>& parameters = create ? request.if_none_exist : request.parameters;
  SearchTie found = tie_of(request.type, parameters, facts);
  if (found.tie == Tie::other)
    return errors::PatientMismatch{.session = facts.session, .requested = std::move(found.named)};
  if (const auto unknown = std::ranges::find_if(parameters, may_be_unknown); unknown != parameters.end())
    return rejected("a write's condition with " + unknown->name +
                    ": a server that does not know it takes all of the patient's");
  if (std::ranges::any_of(parameters, is_ambiguous))
    return rejected(
        "a write's condition with a parameter that servers read in several ways (capitals, a modifier): write it "
        "plainly, as patient=ID");
  if (found.wide) return rejected("a write's condition with a chain, _has or _list cannot be judged");
  const bool of_nobody = fhir::belonging_of(request.type) == fhir::Belonging::none;
  if (!create && !of_nobody && !has_one_subject(request.type))
    return rejected("what the condition finds may be another patient's too: name the resource by its id");
  if (of_nobody || found.tie == Tie::bound) return std::nullopt;
  return rejected("the write's condition is not tied to the patient: name the patient in it, and nobody beside");
}

// Records that all patients share, as Organization, pass by their scope. A search for some to change is more than a
// scope for one patient's records was given for.
std::optional<Error> shared_fault(const fhir::FhirRequest& request, const Facts& facts) {
  if (!request.conditional || request.interaction == Interaction::create ||
      fhir::belonging_of(request.type) != fhir::Belonging::none)
    return std::nullopt;
  const bool by_user = std::ranges::any_of(facts.granted.list(), [&](const std::string& text) {
    const auto scope = smart::parse_fhir_scope(text);
    return scope && scope->context != "patient" && (scope->resource == "*" || scope->resource == request.type) &&
           scope->letters.contains(request.interaction == Interaction::delete_ ? 'd' : 'u');
  });
  if (by_user) return std::nullopt;
  return rejected("a condition on records that all patients share needs a user-level scope: name the record by its id");
}

// What a server reads to know what a search, an operation or a record is: whoever writes that says what later
// conditions find, for every patient.
std::optional<Error> definition_fault(const fhir::FhirRequest& request, const Facts& facts) {
  constexpr auto types = std::to_array<std::string_view>(
      {"CapabilityStatement", "CompartmentDefinition", "GraphDefinition", "ImplementationGuide", "MessageDefinition",
       "NamingSystem", "OperationDefinition", "SearchParameter", "StructureDefinition", "StructureMap"});
  if (!std::ranges::binary_search(types, request.type)) return std::nullopt;
  const bool named = std::ranges::any_of(facts.granted.list(), [&](const std::string& text) {
    const auto scope = smart::parse_fhir_scope(text);
    return scope && scope->context != "patient" && scope->resource == request.type;
  });
  const Shown shown{.request = request};
  if (named && std::max(cover(facts, "user", shown), cover(facts, "system", shown)) != Cover::no) return std::nullopt;
  return rejected(
      "a resource that tells the server how to behave: have it set up at the server, or use a user-level scope that "
      "names its type");
}

std::optional<Error> patient_fault(const fhir::FhirRequest& request, const Facts& facts) {
  if (request.type != "Patient") return std::nullopt;
  if (!request.id.empty() && request.id != *facts.patient)
    return errors::PatientMismatch{.session = facts.session, .requested = request.id};
  if (request.conditional) return rejected("a Patient is written by its id, and not by a condition");
  if (request.interaction == Interaction::create) return rejected("a create of a Patient makes another patient");
  if (request.interaction == Interaction::delete_) return rejected("a Patient is not deleted by an app");
  return std::nullopt;
}

}  // namespace

bool has_target(const fhir::FhirRequest& request) {
  if (request.id.empty()) return false;
  if (request.interaction == Interaction::patch) return true;
  // A Slot is nobody's, and one that somebody has taken may say who.
  return fhir::belonging_of(request.type) != fhir::Belonging::none || request.type == "Slot";
}

Verdict judge_words(const fhir::FhirRequest& request, const Around& around) {
  if (request.interaction == Interaction::operation) return judge_operation(request, around);
  const Facts& facts = around.facts;
  // What a condition finds is not seen here: its parameters must show what a narrowed scope wants.
  const bool unseen = request.conditional && request.interaction != Interaction::create;
  const Cover granted = cover(facts, {.request = request});
  if (granted == Cover::no || (unseen && granted == Cover::narrowed))
    return refuse(not_granted(facts, {.request = request}));
  if (auto fault = patient_fault(request, facts)) return refuse(std::move(*fault));
  if (auto fault = definition_fault(request, facts)) return refuse(std::move(*fault));
  if (auto fault = shared_fault(request, facts)) return refuse(std::move(*fault));
  if (request.conditional)
    if (auto fault = condition_fault(request, facts)) return refuse(std::move(*fault));
  if (request.interaction != Interaction::delete_) return verdict(Kind::needs_body);
  if (!has_target(request)) return verdict(Kind::pass);
  return {.kind = Kind::needs_target, .targets = {{request.type, request.id}}};
}

}  // namespace wardend::guard

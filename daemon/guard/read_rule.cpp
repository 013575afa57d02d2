#include "daemon/guard/read_rule.hpp"

#include <algorithm>

#include "daemon/guard/proof_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/operation_parameters.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Belonging;
using fhir::Interaction;
using fhir::Naming;
using Kind = Verdict::Kind;

Error other_patient(const Facts& facts, std::string named) {
  return errors::PatientMismatch{.session = facts.session, .requested = std::move(named)};
}

Error no_patient(const Facts& facts) {
  return errors::PatientContextMissing{
      .reason = "the session has no patient, and its scopes are for one patient: launch the app from a chart",
      .session = facts.session};
}

bool by_id(const fhir::FhirRequest& request) { return !request.id.empty(); }

// What may be about a patient and need not, as a Task, is searched for at large where answers are recorded alone: to be
// refused an answer says that there is one.
bool must_be_tied(const fhir::FhirRequest& request, const Facts& facts) {
  return fhir::belonging_of(request.type) == Belonging::patient || request.type.empty() ||
         facts.policy.foreign == Foreign::enforce;
}

// To be refused an answer says that there was something in it, here of whatever refers to what is about nobody.
bool brings_anybodys(const fhir::FhirRequest& request) {
  return !is_about_somebody(request.type) && std::ranges::any_of(request.parameters, [](const auto& one) {
    const std::string_view value = one.value;
    return one.name == "_revinclude" && is_about_somebody(value.substr(0, value.find(':')));
  });
}

// How a search for such records names the patient.
std::string tied_by(const std::string& type) {
  if (type == "Schedule") return "look for a rota by its staff, as actor=Practitioner/ID";
  if (type == "DeviceMetric")
    return "read it by _include of a record of the patient's that names it, as _include=Observation:device";
  if (type == "Bundle") return "name the patient in it, as composition.patient=ID";
  if (type == "Patient") return "name the patient in it by the id, as _id=ID";
  if (type == "Group") return "name the patient in it, as member=Patient/ID";
  for (const std::string name : {"patient", "subject"})
    if (fhir::names_subject(type, name)) return "name the patient in it by the id, as " + name + "=ID";
  if (fhir::belonging_of(type) == fhir::Belonging::open && !fhir::is_resource_type(type))
    return "name the patient in it by the id, as patient=ID";
  return "no parameter of FHIR ties it to one: read it by its id";
}

// What rests on the answer alone must show whose it is, where that is enforced.
Verdict inspected(const fhir::FhirRequest& request, const Facts& facts) {
  if (facts.policy.foreign == Foreign::enforce)
    if (auto fault = shape_fault(request, facts)) return refuse(std::move(*fault));
  return verdict(Kind::inspect_reply);
}

// Whom the address of an operation names must be this patient, as in its Parameters.
std::optional<Error> named_fault(const fhir::FhirRequest& request, const Around& around) {
  std::optional<Error> fault;
  if (is_terminology(request.type)) return fault;
  for (const fhir::QueryParameter& one : request.parameters) {
    const bool plain =
        one.chain.empty() && (one.modifier.empty() || one.modifier == "Patient" || one.modifier == "Encounter");
    if (!plain && fhir::names_somebody(one.name))
      return rejected("the operation's " + one.name + " names nobody by an id: write it as " + one.name + "=Type/ID");
    fhir::each_named(one.name, one.value, around.facts.base, [&](const fhir::Mention& mention) {
      if (!fault) fault = fault_of(mention, around);
    });
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace

bool is_terminology(std::string_view type) {
  return type == "CodeSystem" || type == "ConceptMap" || type == "ValueSet";
}

SearchTie tie_of_request(const fhir::FhirRequest& request, const Facts& facts) {
  if (request.interaction == Interaction::search) return tie_of(request, facts);
  SearchTie found;
  // One on the whole server is on what it brings, which is about nobody.
  const std::string_view type = request.type.empty() ? "Parameters" : std::string_view(request.type);
  if (request.interaction == Interaction::operation) found = tie_of(type, request.parameters, facts);
  if (found.tie == Tie::other || request.type != "Patient" || request.id.empty()) return found;
  if (facts.patient == request.id) return {.tie = Tie::bound, .wide = found.wide};
  return {.tie = Tie::other, .named = request.id};
}

Verdict judge_read(const fhir::FhirRequest& request, const Facts& facts) {
  const Shown shown{.request = request};
  const Cover wider = std::max(cover(facts, "user", shown), cover(facts, "system", shown));
  const Cover best = std::max(wider, cover(facts, "patient", shown));
  const bool unproved = best == Cover::narrowed && !by_id(request);  // a resource by its id is compared in the reply
  if (best == Cover::no || unproved) return refuse(not_granted(facts, shown));
  const bool patient_level = wider < best;
  if (patient_level && !facts.patient) return refuse(no_patient(facts));
  const SearchTie found = tie_of_request(request, facts);
  const bool enforced = patient_level || facts.policy.foreign == Foreign::enforce;
  switch (found.tie) {
    case Tie::other:
      return enforced ? refuse(other_patient(facts, found.named)) : inspected(request, facts);
    case Tie::bound:
      return found.wide || best == Cover::narrowed ? inspected(request, facts) : verdict(Kind::pass);
    case Tie::by_author:
    case Tie::unbound:
      break;
  }
  if (enforced && found.reaches)
    return refuse(
        rejected("the search goes through records that may be anybody's (_has, a chain, _list, _filter): name the "
                 "patient in it, as patient=ID or _has:Type:element:patient=ID"));
  if (found.tie == Tie::by_author) return inspected(request, facts);
  if (enforced && brings_anybodys(request))
    return refuse(
        rejected("the search names no patient, and _revinclude brings what may be anybody's: search for that with "
                 "patient=ID, and _include the rest, as Appointment?patient=ID&_include=Appointment:slot"));
  if (!is_about_somebody(request.type))
    return found.wide || best == Cover::narrowed ? inspected(request, facts) : verdict(Kind::pass);
  if (patient_level && !by_id(request) && !found.led && must_be_tied(request, facts))
    return refuse(rejected("the search is not tied to the patient: " + tied_by(request.type)));
  return inspected(request, facts);
}

Verdict judge_operation(const fhir::FhirRequest& request, const Around& around) {
  const Facts& facts = around.facts;
  if (std::ranges::find(facts.policy.operations, request.operation) == facts.policy.operations.end())
    return refuse(rejected("the operation " + request.operation + " is not on the app's list"));
  SearchTie found = tie_of_request(request, facts);
  if (found.tie == Tie::other) return refuse(other_patient(facts, std::move(found.named)));
  if (auto fault = named_fault(request, around)) return refuse(std::move(*fault));
  return request.reads ? inspected(request, facts) : verdict(Kind::needs_body);
}

}  // namespace wardend::guard

#include "daemon/guard/resource_rule.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/required_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

// The first fault in a resource, with its path; `own` hears of all mentions before it.
std::optional<Error> first_fault(const json& resource, const Around& around,
                                 const std::function<void(const Mention&)>& own) {
  std::optional<Error> fault;
  const auto refused = fhir::first_refused(resource, around.facts.base, [&](const Mention& mention) {
    fault = fault_of(mention, around);
    if (!fault) own(mention);
    return !fault;
  });
  if (!refused) return std::nullopt;
  if (!fault) fault = fault_of({.naming = refused->naming}, around);  // the walk's own
  return at_path(refused->path, std::move(*fault));
}

std::optional<Error> identity_fault(const fhir::FhirRequest& request, const json& resource) {
  if (!resource.is_object()) return rejected("the resource is no JSON object");
  if (text_view_member(resource, "resourceType") != request.type)
    return rejected("the resource's type is not " + request.type, "resourceType");
  const json* id = find_member(resource, "id");
  if (request.conditional && request.interaction == Interaction::update && id != nullptr)
    return rejected("a conditional update has no id: a server that finds nothing would write to it unseen", "id");
  const bool writes_there = !request.id.empty();
  if (writes_there && (id == nullptr || !id->is_string() || id->get_ref<const std::string&>() != request.id))
    return rejected("the resource's id is not the one that it is written to", "id");
  return std::nullopt;
}

// FHIR has a server give the id of what is created. One that takes the resource's own would write over that record.
std::optional<Error> given_id_fault(const fhir::FhirRequest& request, const json& resource, const Around& around) {
  if (request.interaction != Interaction::create || fhir::belonging_of(request.type) == fhir::Belonging::none)
    return std::nullopt;
  const json* id = find_member(resource, "id");
  if (id == nullptr) return std::nullopt;
  if (!id->is_string() || !fhir::valid_id(id->get_ref<const std::string&>()))
    return rejected("an id that is none: leave it out, the server gives one", "id");
  if (cover(around.facts, {.request = {.interaction = Interaction::read, .type = request.type}}) == Cover::no)
    return rejected("a create with an id, and no scope to see whose record that is: leave it out", "id");
  switch (around.referred.of(request.type, id->get_ref<const std::string&>())) {
    case Referred::Standing::absent:
    case Referred::Standing::own:
    case Referred::Standing::nobodys:
    case Referred::Standing::unread:
      return std::nullopt;
    case Referred::Standing::foreign:
    case Referred::Standing::unsaid:
    case Referred::Standing::too_many:
      break;
  }
  return rejected("a create with the id of a record that is not known to be this patient's: leave it out", "id");
}

// Whom the EHR has linked a Patient to is not for an app to change, and no reason to refuse the rest.
json without_links(json patient) {
  patient.erase("link");
  return patient;
}

// A document without the copy of its patient that its source knew. The copy is judged by itself, and names nobody else.
json without_copy(const json& document, const Around& around) {
  const json* copy = source_in(document, around.facts);
  if (copy == nullptr || fault_in(*copy, around)) return document;
  json rest = document;
  rest["contained"].erase(static_cast<std::size_t>(copy - &list_member(document, "contained").front()));
  for (const char* name : {"reference", "type"}) rest["context"]["sourcePatientInfo"].erase(name);
  return rest;
}

// By whom it names, but for what says nobody else by its place.
std::optional<Error> naming_fault(const json& resource, std::string_view type, const Around& around) {
  if (type == "Patient") return judge_mentions(without_links(resource), around);
  if (type == "DocumentReference") return judge_mentions(without_copy(resource, around), around);
  return judge_mentions(resource, around);
}

// A record that goes by the number of a patient goes by this one's. People have numbers of their own.
std::optional<Error> number_fault(const json& resource, const Around& around) {
  constexpr auto people = std::to_array<std::string_view>({"Patient", "Person", "Practitioner", "RelatedPerson"});
  if (std::ranges::find(people, text_view_member(resource, "resourceType")) != people.end()) return std::nullopt;
  std::size_t at = 0;
  for (const json& identifier : list_member(resource, "identifier")) {
    const std::string place = "identifier[" + std::to_string(at++) + "]";
    const Mention number{.naming = Naming::identifier,
                         .system = text_view_member(identifier, "system"),
                         .value = text_view_member(identifier, "value")};
    if (auto fault = fault_of(number, around)) return at_path(place, std::move(*fault));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> fault_in(const json& resource, const Around& around) {
  return first_fault(resource, around, [](const Mention&) {});
}

std::optional<Error> judge_mentions(const json& resource, const Around& around) {
  if (auto fault = number_fault(resource, around)) return fault;
  bool named = false;
  auto fault = first_fault(resource, around, [&](const Mention& own) {
    named =
        named || own.naming == Naming::patient || own.naming == Naming::resource || own.naming == Naming::by_identifier;
  });
  if (fault) return fault;
  const std::string_view type = text_view_member(resource, "resourceType");
  const bool by_element = type == "Patient" || fhir::subject_element(type) != nullptr;
  if (named || by_element || fhir::belonging_of(type) == fhir::Belonging::none) return std::nullopt;
  return rejected("the resource does not say which patient it is about");
}

std::optional<Error> judge_resource(const fhir::FhirRequest& request, const json& resource, const Around& around) {
  if (auto fault = identity_fault(request, resource)) return fault;
  if (auto fault = given_id_fault(request, resource, around)) return fault;
  Entries inside;
  if (request.type == "Bundle") {
    const std::string_view type = text_view_member(resource, "type");
    if (type == "transaction" || type == "batch")
      return rejected("a Bundle that asks to be carried out is not kept: send it as a transaction", "type");
    if (auto fault = names_fault(resource, around.facts)) return fault;
    auto own = entries_of(resource, around.facts.base);
    if (!own) return own.error();
    inside = std::move(*own);
  }
  const Around here{.facts = around.facts,
                    .entries = request.type == "Bundle" ? inside : around.entries,
                    .referred = around.referred};
  if (fhir::belonging_of(request.type) == fhir::Belonging::sender)
    return rejected("a resource that sends on whatever its criteria find: have it set up at the server");
  if (auto fault = naming_fault(resource, request.type, here)) return fault;
  if (auto fault = judge_subject(resource, here)) return fault;
  return judge_required(resource, around.facts.policy.writes);
}

}  // namespace wardend::guard

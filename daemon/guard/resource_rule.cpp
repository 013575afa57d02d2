#include "daemon/guard/resource_rule.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/required_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

// `value` and what is in it, where a list stands for its entries.
void collect(const json& value, std::string_view path, std::vector<const json*>& found) {
  if (value.is_array()) {
    for (const json& entry : value) collect(entry, path, found);
    return;
  }
  if (path.empty()) {
    found.push_back(&value);
    return;
  }
  const std::string name(path.substr(0, path.find('.')));
  const std::string_view rest = path.substr(std::min(name.size() + 1, path.size()));
  if (const json* member = find_member(value, name.c_str())) collect(*member, rest, found);
}

// Of a patient for certain, whoever that is.
bool names_patient(const Mention& mention) {
  return mention.naming == Naming::patient || mention.naming == Naming::elsewhere ||
         mention.naming == Naming::by_identifier || mention.naming == Naming::contained;
}

bool is_patient(const Mention& mention, const Around& around) {
  if (mention.naming == Naming::entry) {
    const auto entry = around.entries.find(mention.id);
    return entry != around.entries.end() && entry->second.type == "Patient" && around.facts.patient == entry->second.id;
  }
  return (mention.naming == Naming::patient || mention.naming == Naming::by_identifier) && !fault_of(mention, around);
}

// What a Provenance is about, for one, may be a record: one that the same transaction writes, which is judged
// where it stands, or one that was read, or will be.
bool is_record_of_patient(const Mention& mention, std::string_view type, const Around& around) {
  if (!fhir::is_about_records(type)) return false;
  if (mention.naming == Naming::entry) return around.entries.contains(mention.id);
  if (mention.naming != Naming::record) return false;
  const auto standing = standing_of(mention, around);
  return standing == Referred::Standing::own || standing == Referred::Standing::unread;
}

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

std::vector<const json*> found_at(const json& resource, std::string_view path) {
  std::vector<const json*> found;
  if (!path.empty()) collect(resource, path, found);
  return found;
}

// What the references of an element say of whom the resource is about. A list that names this patient and another one
// is the other's too.
enum class Said : std::uint8_t { own, foreign, nothing };
Said said_by(const std::vector<const json*>& references, std::string_view name, const fhir::SubjectElement& element,
             const Around& around) {
  Said said = Said::nothing;
  for (const json* reference : references) {
    const auto mention = fhir::mention_in(*reference, name, around.facts.base);
    if (!mention) continue;
    if (fault_of(*mention, around)) return Said::foreign;
    if (is_patient(*mention, around) || is_record_of_patient(*mention, element.type, around)) said = Said::own;
  }
  return said;
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

// A Bundle that is kept as it is, a document for one.
std::optional<Error> stored_bundle_fault(const json& bundle, const Facts& facts) {
  const std::string_view type = text_view_member(bundle, "type");
  if (type == "transaction" || type == "batch")
    return rejected("a Bundle that asks to be carried out is not kept: send it as a transaction", "type");
  std::size_t at = 0;
  for (const json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "]";
    if (auto fault = name_fault(entry, facts)) return below(place, std::move(*fault));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> fault_in(const json& resource, const Around& around) {
  return first_fault(resource, around, [](const Mention&) {});
}

bool says_whose(const json& resource, const fhir::BaseUrl& base) {
  const std::string_view type = text_view_member(resource, "resourceType");
  const fhir::SubjectElement* element = fhir::subject_element(type);
  if (element == nullptr) return false;
  if (!found_at(resource, element->path).empty()) return true;
  // A message to staff alone says of nobody that it is about them.
  return std::ranges::any_of(found_at(resource, element->otherwise), [&](const json* reference) {
    const auto mention = fhir::mention_in(*reference, element->otherwise, base);
    return mention && (names_patient(*mention) || fhir::is_about_records(type));
  });
}

std::optional<Error> judge_subject(const json& resource, const Around& around) {
  const fhir::SubjectElement* element = fhir::subject_element(text_view_member(resource, "resourceType"));
  if (element == nullptr) return std::nullopt;
  const std::string path(element->path);
  const json* whole = find_member(resource, path.substr(0, path.find('.')).c_str());
  if (!element->many && whole != nullptr && whole->is_array())
    return rejected("a list where one element belongs", path);
  const std::string_view name = element->path.substr(element->path.rfind('.') + 1);
  const auto found = found_at(resource, element->path);
  Said said = said_by(found, name, *element, around);
  if (said == Said::nothing)
    said = said_by(found_at(resource, element->otherwise), element->otherwise, *element, around);
  switch (said) {
    case Said::own:
      return std::nullopt;
    case Said::foreign:
      return rejected("the resource is about another patient too", path);
    case Said::nothing:
      break;
  }
  return rejected(
      found.empty() ? "the resource does not say which patient it is about" : "the resource is not about this patient",
      path);
}

std::optional<Error> judge_mentions(const json& resource, const Around& around) {
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
    if (auto fault = stored_bundle_fault(resource, around.facts)) return fault;
    auto own = entries_of(resource, around.facts.base);
    if (!own) return own.error();
    inside = std::move(*own);
  }
  const Around here{.facts = around.facts,
                    .entries = request.type == "Bundle" ? inside : around.entries,
                    .referred = around.referred};
  if (fhir::belonging_of(request.type) == fhir::Belonging::sender)
    return rejected("a resource that sends on whatever its criteria find: have it set up at the server");
  auto fault =
      request.type == "Patient" ? judge_mentions(without_links(resource), here) : judge_mentions(resource, here);
  if (fault) return fault;
  if (fault = judge_subject(resource, here); fault) return fault;
  return judge_required(resource, around.facts.policy.writes);
}

}  // namespace wardend::guard

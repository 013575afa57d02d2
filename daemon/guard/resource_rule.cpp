#include "daemon/guard/resource_rule.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/required_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/identifier_list.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

std::string without_blanks(std::string_view text) {
  std::string kept(text);
  std::erase_if(kept, [](char c) { return c == ' ' || c == '\t'; });
  return kept;
}

bool is_of_system(const Mention& mention, std::string_view system) {
  return !mention.system.empty() && fhir::same_system(mention.system, system);
}

bool is(const Mention& mention, const KnownIdentifier& known) {
  return is_of_system(mention, known.system) && without_blanks(known.value) == without_blanks(mention.value);
}

// An identifier in place of a reference must be an official one of the patient.
bool is_known(const Mention& mention, const Facts& facts) {
  return std::ranges::any_of(facts.identifiers,
                             [&](const KnownIdentifier& known) { return known.official && is(mention, known); });
}

// An identifier, wherever it stands, must not be another one of a system that numbers patients.
bool contradicts(const Mention& mention, const Facts& facts) {
  if (mention.system.empty()) return false;
  const auto numbers = [&](const std::string& system) { return is_of_system(mention, system); };
  const bool of_patients = std::ranges::any_of(facts.identifiers, numbers, &KnownIdentifier::system) ||
                           std::ranges::any_of(facts.patient_systems, numbers);
  return of_patients &&
         std::ranges::none_of(facts.identifiers, [&](const KnownIdentifier& known) { return is(mention, known); });
}

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

bool is_patient(const Mention& mention, const Around& around) {
  if (mention.naming == Naming::entry) {
    const auto entry = around.entries.find(mention.id);
    return entry != around.entries.end() && entry->second.type == "Patient" && around.facts.patient == entry->second.id;
  }
  return (mention.naming == Naming::patient || mention.naming == Naming::by_identifier) && !fault_of(mention, around);
}

// What a Provenance or an AuditEvent is about may be a record: one that the same transaction writes, which is judged
// where it stands, or one that was read, or will be.
bool is_record_of_patient(const Mention& mention, std::string_view type, const Around& around) {
  if (type != "Provenance" && type != "AuditEvent") return false;
  if (mention.naming == Naming::entry) return around.entries.contains(mention.id);
  if (mention.naming != Naming::record) return false;
  const auto standing = around.referred.of(mention.type, mention.id);
  return standing == Referred::Standing::own || standing == Referred::Standing::unread;
}

std::optional<Error> record_fault(Referred::Standing standing) {
  switch (standing) {
    case Referred::Standing::own:
    case Referred::Standing::nobodys:
    case Referred::Standing::unread:
      return std::nullopt;
    case Referred::Standing::foreign:
      return rejected("a reference to a record that is not this patient's");
    case Referred::Standing::absent:
      return rejected("a reference to a record that the server does not have");
    case Referred::Standing::too_many:
      return rejected("a reference to one record more than are read for one write (" + std::to_string(most_targets) +
                      "): write in parts");
  }
  return rejected("a reference to a record that is not known");
}

std::optional<Error> entry_fault(const Mention& mention, const Around& around) {
  const auto entry = around.entries.find(mention.id);
  if (entry == around.entries.end()) return rejected("a reference to an entry that is not in the Bundle");
  if (entry->second.type != "Patient" || around.facts.patient == entry->second.id) return std::nullopt;
  return rejected("a reference to an entry that is another patient");
}

std::optional<Error> encounter_fault(const Mention& mention, const Around& around) {
  if (around.facts.encounter == mention.id) return std::nullopt;
  if (around.facts.encounter)
    return errors::EncounterMismatch{.session = around.facts.session, .requested = std::string(mention.id)};
  if (!mention.type.empty()) return record_fault(around.referred.brought(mention.type, mention.id));
  return rejected("a reference to an encounter that cannot be read: name it by its id on the session's server");
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

}  // namespace

Result<Entries> entries_of(const json& bundle) {
  Entries entries;
  std::size_t at = 0;
  for (const json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "].fullUrl";
    const std::string_view name = text_view_member(entry, "fullUrl");
    if (name.empty()) continue;
    const json* resource = find_member(entry, "resource");
    const json* request = find_member(entry, "request");
    EntryResource written;
    if (resource != nullptr)
      written = {.type = text_view_member(*resource, "resourceType"), .id = text_view_member(*resource, "id")};
    if (request != nullptr && text_view_member(*request, "method") == "POST") written.id = {};
    if (!entries.try_emplace(name, written).second)
      return fail(rejected("two entries of the Bundle have the same fullUrl", place));
  }
  return entries;
}

std::optional<Error> fault_of(const Mention& mention, const Around& around) {
  if (contradicts(mention, around.facts)) return rejected("an identifier of another patient");
  switch (mention.naming) {
    case Naming::patient:
      return around.facts.patient == mention.id ? std::nullopt
                                                : std::optional<Error>(rejected("a reference to another patient"));
    case Naming::resource:
      return around.facts.patient == mention.id
                 ? std::nullopt
                 : std::optional<Error>(rejected("a Patient resource that is another patient's"));
    case Naming::by_identifier:
      if (is_known(mention, around.facts)) return std::nullopt;
      return rejected("a patient is named by an identifier that is not known to be this patient's");
    case Naming::identifier:
      return std::nullopt;
    case Naming::record:
      return record_fault(around.referred.brought(mention.type, mention.id));
    case Naming::encounter:
      return encounter_fault(mention, around);
    case Naming::entry:
      return entry_fault(mention, around);
    case Naming::elsewhere:
      return rejected("a reference to a patient of another server");
    case Naming::record_elsewhere:
      return rejected("a reference to a record of another server, which cannot be read here");
    case Naming::by_query:
      return rejected("a reference to whatever the server finds: name the record by its id");
    case Naming::contained:
      return rejected("a contained Patient");
    case Naming::malformed:
      return rejected("a reference that is not written as FHIR has it");
    case Naming::unread:
      return rejected("a resource that is too deep or too large to be judged");
  }
  return rejected("a reference that is not known");
}

std::optional<Error> fault_in(const json& resource, const Around& around) {
  return first_fault(resource, around, [](const Mention&) {});
}

bool is_foreign(const Mention& mention, const Facts& facts) {
  switch (mention.naming) {
    case Naming::patient:
    case Naming::resource:
    case Naming::contained:
      return facts.patient != mention.id;
    case Naming::elsewhere:
    case Naming::unread:
      return true;
    case Naming::by_query:
    case Naming::by_identifier:
    case Naming::identifier:
    case Naming::record:
    case Naming::record_elsewhere:
    case Naming::entry:
    case Naming::encounter:
    case Naming::malformed:
      return false;
  }
  return true;
}

bool says_whose(const json& resource) {
  const fhir::SubjectElement* element = fhir::subject_element(text_view_member(resource, "resourceType"));
  std::vector<const json*> found;
  if (element != nullptr) collect(resource, element->path, found);
  return !found.empty();
}

std::optional<Error> judge_subject(const json& resource, const Around& around) {
  const std::string_view type = text_view_member(resource, "resourceType");
  const fhir::SubjectElement* element = fhir::subject_element(type);
  if (element == nullptr) return std::nullopt;
  const std::string path(element->path);
  const json* whole = find_member(resource, path.substr(0, path.find('.')).c_str());
  if (!element->many && whole != nullptr && whole->is_array())
    return rejected("a list where one element belongs", path);
  std::vector<const json*> found;
  collect(resource, element->path, found);
  if (found.empty()) return rejected("the resource does not say which patient it is about", path);
  const std::string_view name = element->path.substr(element->path.rfind('.') + 1);
  bool named = false;
  // A list that names this patient and another one is the other's too.
  for (const json* reference : found) {
    const auto mention = fhir::mention_in(*reference, name, around.facts.base);
    if (!mention) continue;
    if (fault_of(*mention, around)) return rejected("the resource is about another patient too", path);
    named = named || is_patient(*mention, around) || is_record_of_patient(*mention, type, around);
  }
  return named ? std::nullopt : std::optional<Error>(rejected("the resource is not about this patient", path));
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
  Entries inside;
  if (request.type == "Bundle") {
    auto own = entries_of(resource);
    if (!own) return own.error();
    inside = std::move(*own);
  }
  const Around here{.facts = around.facts,
                    .entries = request.type == "Bundle" ? inside : around.entries,
                    .referred = around.referred};
  if (fhir::belonging_of(request.type) == fhir::Belonging::sender)
    return rejected("a resource that sends on whatever its criteria find: have it set up at the server");
  if (auto fault = judge_mentions(resource, here)) return fault;
  if (auto fault = judge_subject(resource, here)) return fault;
  return judge_required(resource, around.facts.policy.writes);
}

}  // namespace wardend::guard

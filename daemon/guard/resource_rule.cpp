#include "daemon/guard/resource_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/required_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"

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

// An identifier in place of a reference must be one that the patient is known by.
bool is_known(const Mention& mention, const Facts& facts) {
  return !mention.system.empty() && std::ranges::any_of(facts.identifiers, [&](const KnownIdentifier& known) {
    return known.system == mention.system && without_blanks(known.value) == without_blanks(mention.value);
  });
}

// An identifier beside a reference must not be another one of a system that the patient is known by.
bool contradicts(const Mention& mention, const Facts& facts) {
  const bool comparable = std::ranges::any_of(
      facts.identifiers, [&](const KnownIdentifier& known) { return known.system == mention.system; });
  return comparable && !is_known(mention, facts);
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

bool is_patient(const json& reference, std::string_view name, const Facts& facts, const Entries& entries) {
  const auto mention = fhir::mention_in(reference, name, facts.base);
  if (!mention) return false;
  if (mention->naming == Naming::entry) {
    const auto entry = entries.find(mention->id);
    return entry != entries.end() && entry->second.type == "Patient" && facts.patient == entry->second.id;
  }
  return (mention->naming == Naming::patient || mention->naming == Naming::by_identifier) &&
         is_own(*mention, facts, entries);
}

// A Provenance of what the same transaction writes: that is judged where it stands.
bool is_written_along(const json& reference, const Facts& facts, const Entries& entries) {
  const auto mention = fhir::mention_in(reference, "target", facts.base);
  return mention && mention->naming == Naming::entry && entries.contains(mention->id);
}

std::optional<Error> identity_fault(const fhir::FhirRequest& request, const json& resource) {
  if (!resource.is_object()) return rejected("the resource is no JSON object");
  if (text_view_member(resource, "resourceType") != request.type)
    return rejected("the resource is not a " + request.type, "resourceType");
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

bool is_own(const Mention& mention, const Facts& facts, const Entries& entries) {
  switch (mention.naming) {
    case Naming::patient:
      return facts.patient == mention.id && !contradicts(mention, facts);
    case Naming::resource:
      return facts.patient == mention.id;
    case Naming::by_identifier:
      return is_known(mention, facts);
    case Naming::encounter:
      return !facts.encounter || facts.encounter == mention.id;
    case Naming::entry: {
      const auto entry = entries.find(mention.id);
      return entry != entries.end() && (entry->second.type != "Patient" || facts.patient == entry->second.id);
    }
    case Naming::elsewhere:
    case Naming::by_query:
    case Naming::contained:
    case Naming::malformed:
    case Naming::unread:
      return false;
  }
  return false;
}

Error foreign_mention(const fhir::Refused& mention, const Facts& facts) {
  switch (mention.naming) {
    case Naming::patient:
      return rejected("a reference is to another patient", mention.path);
    case Naming::resource:
      return rejected("a Patient resource that is another patient's", mention.path);
    case Naming::by_identifier:
      return rejected("a patient is named by an identifier that is not known to be this patient's", mention.path);
    case Naming::encounter:
      return errors::EncounterMismatch{.session = facts.session, .requested = mention.id};
    case Naming::entry:
      return rejected("a reference to an entry that is another patient, or is not there", mention.path);
    case Naming::elsewhere:
      return rejected("a reference to a patient of another server", mention.path);
    case Naming::by_query:
      return rejected("a reference to whomever the server finds", mention.path);
    case Naming::contained:
      return rejected("a contained Patient", mention.path);
    case Naming::malformed:
      return rejected("a reference that is not written as FHIR has it", mention.path);
    case Naming::unread:
      return rejected("a resource that is too deep or too large to be judged", mention.path);
  }
  return rejected("a reference that is not known", mention.path);
}

std::optional<Error> judge_subject(const json& resource, const Facts& facts, const Entries& entries) {
  const std::string_view type = text_view_member(resource, "resourceType");
  const fhir::SubjectElement* element = fhir::subject_element(type);
  if (element == nullptr) return std::nullopt;
  const std::string path(element->path);
  const json* whole = find_member(resource, path.substr(0, path.find('.')).c_str());
  if (!element->many && whole != nullptr && whole->is_array())
    return rejected("a list where one element belongs", path);
  std::vector<const json*> found;
  collect(resource, element->path, found);
  const std::string_view name = element->path.substr(element->path.rfind('.') + 1);
  const bool named = std::ranges::any_of(found, [&](const json* reference) {
    return is_patient(*reference, name, facts, entries) ||
           (type == "Provenance" && is_written_along(*reference, facts, entries));
  });
  if (found.empty()) return rejected("the resource does not say which patient it is about", path);
  // A list that names this patient and another one is the other's too.
  for (const json* reference : found)
    if (const auto mention = fhir::mention_in(*reference, name, facts.base);
        mention && !is_own(*mention, facts, entries))
      return rejected("the resource is about another patient too", path);
  return named ? std::nullopt : std::optional<Error>(rejected("the resource is not about this patient", path));
}

std::optional<Error> judge_mentions(const json& resource, const Facts& facts, const Entries& entries) {
  bool named = false;
  const auto refused = fhir::first_refused(resource, facts.base, [&](const Mention& mention) {
    const bool own = is_own(mention, facts, entries);
    const bool of_patient = mention.naming == Naming::patient || mention.naming == Naming::resource ||
                            mention.naming == Naming::by_identifier;
    named = named || (own && of_patient);
    return own;
  });
  if (refused) return foreign_mention(*refused, facts);
  const std::string_view type = text_view_member(resource, "resourceType");
  const bool by_element = type == "Patient" || fhir::subject_element(type) != nullptr;
  if (named || by_element || fhir::belonging_of(type) == fhir::Belonging::none) return std::nullopt;
  return rejected("the resource does not say which patient it is about");
}

std::optional<Error> judge_resource(const fhir::FhirRequest& request, const json& resource, const Facts& facts,
                                    const Entries& entries) {
  if (auto fault = identity_fault(request, resource)) return fault;
  Entries inside;
  if (request.type == "Bundle") {
    auto own = entries_of(resource);
    if (!own) return own.error();
    inside = std::move(*own);
  }
  const Entries& known = request.type == "Bundle" ? inside : entries;
  if (request.type == "Subscription")
    return rejected("a Subscription sends on whatever its criteria find: set it up at the server");
  if (auto fault = judge_mentions(resource, facts, known)) return fault;
  if (auto fault = judge_subject(resource, facts, known)) return fault;
  return judge_required(resource, facts.policy.writes);
}

}  // namespace wardend::guard

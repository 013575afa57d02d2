#include "daemon/guard/subject_rule.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json_members.hpp"
#include "base/json_objects.hpp"
#include "daemon/guard/staff_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/references.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

// The element that holds all of a path is a list.
bool is_list(const json& resource, std::string_view path) {
  const json* whole = find_member(resource, std::string(path.substr(0, path.find('.'))).c_str());
  return whole != nullptr && whole->is_array();
}

// What the element is called by which a reference is read. Those of a Linkage and a VerificationResult are all whom it
// is about, staff among them or not.
std::string_view name_of(const fhir::SubjectElement& element) {
  if (element.type == "Linkage" || element.type == "VerificationResult") return "subject";
  return element.path.substr(element.path.rfind('.') + 1);
}

// Of a patient for certain, whoever that is.
bool names_patient(const Mention& mention) {
  return mention.naming == Naming::patient || mention.naming == Naming::elsewhere ||
         mention.naming == Naming::by_identifier || mention.naming == Naming::contained;
}

bool is_patient(const Mention& mention, const Around& around) {
  if (mention.naming == Naming::entry) {
    const auto entry = around.entries.find(mention.id);
    if (entry != around.entries.end())
      return entry->second.type == "Patient" && around.facts.patient == entry->second.id;
    // As an import leaves it: nobody can follow it, and the number beside it stands.
    Mention number = mention;
    number.naming = Naming::by_identifier;
    return !mention.system.empty() && !fault_of(number, around);
  }
  if (mention.naming == Naming::patient) return !is_foreign(mention, around.facts);
  return mention.naming == Naming::by_identifier && !fault_of(mention, around);
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

// What references say of whom a record is about; of several, what is worse counts. A list that names this patient and
// another one is the other's too.
enum class Said : std::uint8_t { nothing, own, unclear, foreign };

Said said_by(const std::vector<const json*>& references, const std::function<Said(const json&)>& said_by_one) {
  Said said = Said::nothing;
  for (const json* reference : references) said = std::max(said, said_by_one(*reference));
  return said;
}

// Names that other types and releases have for whom a record is about.
constexpr auto other_names = std::to_array<std::string_view>({"deliverFor", "patient", "subject"});

// In a resource that is to be written, where what is not this patient's for certain is somebody else's.
Said said_in_write(const json& reference, std::string_view name, std::string_view type, const Around& around) {
  const auto mention = fhir::mention_in(reference, name, around.facts.base);
  if (!mention) return Said::nothing;
  if (fault_of(*mention, around)) return Said::foreign;
  const bool own = is_patient(*mention, around) || is_record_of_patient(*mention, type, around);
  return own ? Said::own : Said::nothing;
}

// Where the text of a reference is missing FHIR may have an extension in its place, and nothing else.
bool says_less(const json& reference) {
  const json* beside = find_member(reference, "_reference");
  return beside == nullptr || (beside->is_object() && !beside->contains("reference"));
}

// A subject that is no Patient says nothing where it is about nobody, or is a record and the element is about records.
// Else it is somebody else.
Said said_by_type(std::string_view type, const fhir::SubjectElement& element) {
  return !is_about_somebody(type) || fhir::is_about_records(element.type) ? Said::nothing : Said::foreign;
}

// In a record that the server has. Beside others in a list, staff and records say nothing; alone they are whom it is
// about, unless a record is what the type is about.
Said said_in_answer(const json& reference, const fhir::SubjectElement& element, const Around& around) {
  const auto mention = fhir::mention_in(reference, name_of(element), around.facts.base);
  if (mention && is_patient(*mention, around)) return Said::own;
  if (mention && is_foreign(*mention, around.facts)) return Said::foreign;
  if (mention && mention->naming == Naming::by_identifier) return Said::unclear;
  // The members of a group are no staff.
  if (reference.is_null() || (element.many && element.type != "Group")) return Said::nothing;
  const json* text = find_member(reference, "reference");
  if (text == nullptr && says_less(reference)) {
    // A type alone says what it is.
    const std::string_view type = text_view_member(reference, "type");
    return fhir::is_resource_type(type) && type != "Patient" ? said_by_type(type, element) : Said::unclear;
  }
  if (text == nullptr || !text->is_string()) return Said::foreign;
  const fhir::ReferenceText read = fhir::read_reference(text->get_ref<const std::string&>(), around.facts.base);
  if (read.form == fhir::ReferenceForm::here) return said_by_type(read.type, element);
  const bool entry = mention && mention->naming == Naming::entry;
  return entry && fhir::is_about_records(element.type) ? Said::nothing : Said::foreign;
}

Said said_at(const json& record, const fhir::SubjectElement& place, const Around& around) {
  if (!place.many && is_list(record, place.path)) return Said::foreign;
  return said_by(fhir::elements_at(record, place.path),
                 [&](const json& reference) { return said_in_answer(reference, place, around); });
}

// By the element of R4, and by the names that other releases and types of theirs have; what is worse counts.
Said said_by_record(const json& record, std::string_view type, const Around& around) {
  Said said = Said::nothing;
  std::string_view own;
  if (const fhir::SubjectElement* element = fhir::subject_element(type)) {
    own = element->path;
    said = said_at(record, *element, around);
    if (said == Said::nothing) said = said_at(record, {.type = type, .path = element->otherwise, .many = true}, around);
  }
  for (const std::string_view name : other_names)
    if (name != own)
      said = std::max(said, said_at(record, {.type = type, .path = name, .many = is_list(record, name)}, around));
  return said;
}

// Where a type has no element for it, any mention says whose a record is.
bool is_named(const json& record, const Around& around) {
  bool named = false;
  static_cast<void>(fhir::first_refused(record, around.facts.base, [&](const Mention& mention) {
    named = named || is_patient(mention, around);
    return !named;
  }));
  return named;
}

// What is about nobody says nothing of a patient who is not this one.
bool speaks_of_somebody(const json& record, const Around& around) {
  return fhir::first_refused(record, around.facts.base,
                             [&](const Mention& mention) {
                               return mention.naming != Naming::by_identifier || is_patient(mention, around);
                             })
      .has_value();
}

}  // namespace

bool is_about_somebody(std::string_view type) { return fhir::belonging_of(type) != fhir::Belonging::none; }

bool may_be_nobodys(std::string_view type) {
  return type == "Device" || type == "DeviceMetric" || !is_about_somebody(type);
}

bool says_whose(const json& resource, const fhir::BaseUrl& base) {
  const std::string_view type = text_view_member(resource, "resourceType");
  const fhir::SubjectElement* element = fhir::subject_element(type);
  if (element == nullptr) return false;
  if (!fhir::elements_at(resource, element->path).empty()) return true;
  // A message to staff alone says of nobody that it is about them.
  return std::ranges::any_of(fhir::elements_at(resource, element->otherwise), [&](const json* reference) {
    const auto mention = fhir::mention_in(*reference, element->otherwise, base);
    return mention && (names_patient(*mention) || fhir::is_about_records(type));
  });
}

std::optional<Error> judge_subject(const json& resource, const Around& around) {
  const fhir::SubjectElement* element = fhir::subject_element(text_view_member(resource, "resourceType"));
  if (element == nullptr) return std::nullopt;
  const std::string path(element->path);
  if (!element->many && is_list(resource, path)) return rejected("a list where one element belongs", path);
  // There an identifier alone names a patient, whatever the type is.
  const auto said_elsewhere = [&](std::string_view name) {
    return said_by(fhir::elements_at(resource, name),
                   [&](const json& reference) { return said_in_write(reference, "patient", element->type, around); });
  };
  const auto said_at = [&](std::string_view place) {
    return said_by(fhir::elements_at(resource, place), [&](const json& reference) {
      return said_in_write(reference, name_of({.type = element->type, .path = place}), element->type, around);
    });
  };
  Said said = said_at(element->path);
  if (said == Said::nothing) said = said_at(element->otherwise);
  for (const std::string_view name : other_names)
    if (name != element->path && said_elsewhere(name) == Said::foreign) said = Said::foreign;
  switch (said) {
    case Said::own:
      return std::nullopt;
    case Said::foreign:
      return rejected("the resource is about another patient too", path);
    case Said::unclear:
    case Said::nothing:
      break;
  }
  const bool said_nothing = fhir::elements_at(resource, path).empty();
  if (said_nothing && element->type == "Binary")
    return rejected("the Binary does not say whose it is: send {\"reference\":\"Patient/ID\"} there", path);
  return rejected(
      said_nothing ? "the resource does not say which patient it is about" : "the resource is not about this patient",
      path);
}

Whose whose(const json& record, const Around& around) {
  const std::string_view type = text_view_member(record, "resourceType");
  if (!fhir::is_resource_type(type)) return Whose::unclear;
  if (!is_about_somebody(type)) return speaks_of_somebody(record, around) ? Whose::unclear : Whose::nobodys;
  if (type == "Patient") return around.facts.patient == text_view_member(record, "id") ? Whose::own : Whose::foreign;
  switch (said_by_record(record, type, around)) {
    case Said::own:
      return Whose::own;
    case Said::foreign:
      return Whose::foreign;
    case Said::unclear:
      return Whose::unclear;
    case Said::nothing:
      break;
  }
  if (is_of_staff(record, around.facts)) return Whose::nobodys;
  const bool by_mention = fhir::subject_element(type) == nullptr && is_named(record, around);
  return by_mention ? Whose::own : Whose::silent;
}

bool has_foreign_number(const json& patient, const Facts& facts) {
  return std::ranges::any_of(objects_in(patient), [&](const json* one) {
    const json* value = find_member(*one, "value");
    if (value == nullptr || value->is_structured()) return false;
    const std::string number = value->is_string() ? value->get<std::string>() : value->dump();
    const std::string_view system = text_view_member(*one, "system");
    return is_foreign({.naming = Naming::identifier, .system = system, .value = number}, facts);
  });
}

bool has_own_number(const json& patient, const Facts& facts) {
  return std::ranges::any_of(list_member(patient, "identifier"), [&](const json& identifier) {
    return is_official({.naming = Naming::identifier,
                        .system = text_view_member(identifier, "system"),
                        .value = text_view_member(identifier, "value")},
                       facts);
  });
}

// Of several with one id none but the first is looked at, so that a document is walked once.
const json* source_in(const json& document, const Facts& facts) {
  if (text_view_member(document, "resourceType") != "DocumentReference") return nullptr;
  const json* context = find_member(document, "context");
  const json* source = context == nullptr ? nullptr : find_member(*context, "sourcePatientInfo");
  const std::string_view here = source == nullptr ? std::string_view() : text_view_member(*source, "reference");
  if (here.size() < 2 || !here.starts_with('#')) return nullptr;
  const json& held = list_member(document, "contained");
  const auto named =
      std::ranges::find_if(held, [&](const json& one) { return text_view_member(one, "id") == here.substr(1); });
  if (named == held.end() || text_view_member(*named, "resourceType") != "Patient") return nullptr;
  const auto refers = [&](const json* one) { return text_view_member(*one, "reference") == here; };
  const bool alone = std::ranges::count_if(objects_in(document), refers) == 1;
  return alone && !has_foreign_number(*named, facts) ? &*named : nullptr;
}

std::vector<std::string> records_about(const json& record, const fhir::BaseUrl& base) {
  const fhir::SubjectElement* element = fhir::subject_element(text_view_member(record, "resourceType"));
  std::vector<std::string> found;
  if (element == nullptr || !fhir::is_about_records(element->type)) return found;
  for (const std::string_view place : {element->path, element->otherwise})
    for (const json* reference : fhir::elements_at(record, place)) {
      const auto text = fhir::read_reference(text_view_member(*reference, "reference"), base);
      if (text.form == fhir::ReferenceForm::here) found.push_back(std::string(text.type).append("/").append(text.id));
    }
  return found;
}

}  // namespace wardend::guard

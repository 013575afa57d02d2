#include "protocol/fhir/mentions.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

// Reference.type, which may be written as the canonical address of the type, with a version, in another case, and with
// blanks around it.
std::string_view plain_type(std::string_view type) {
  constexpr std::string_view blanks = " \t\r\n";
  type = type.substr(0, type.find('|'));
  type = type.substr(0, type.find_last_not_of(blanks) + 1);
  const auto before = type.find_last_of("/ \t\r\n");
  return before == std::string_view::npos ? type : type.substr(before + 1);
}

bool is_type_patient(std::string_view type) { return lower_case(plain_type(type)) == "patient"; }

// A profile's name says nothing against it.
bool is_other_type(std::string_view type) { return is_resource_type(plain_type(type)) && !is_type_patient(type); }

// Elements whose references are to patients, where nothing else says of what type they are.
bool is_about(std::string_view name) {
  constexpr auto names = std::to_array<std::string_view>({"beneficiary", "patient", "subject"});
  return std::ranges::find(names, name) != names.end();
}

bool is_encounter(std::string_view name) { return name == "encounter" || name == "context"; }

bool may_be_of_patient(std::string_view type) { return belonging_of(type) != Belonging::none; }

std::optional<Mention> of_record(Naming naming, const ReferenceText& text) {
  if (text.type.empty() || !may_be_of_patient(text.type)) return std::nullopt;
  return Mention{.naming = naming, .id = text.id, .type = text.type};
}

std::optional<Mention> from_text(const ReferenceText& text, std::string_view type, std::string_view name) {
  const bool typed = is_type_patient(type);
  const bool unseen = text.form == ReferenceForm::elsewhere || text.form == ReferenceForm::contained ||
                      text.form == ReferenceForm::query;
  if (is_encounter(name) && unseen && !typed && !text.speaks_of_patient) return Mention{.naming = Naming::encounter};
  switch (text.form) {
    case ReferenceForm::here:
      if (text.type == "Patient" && is_other_type(type))
        return Mention{.naming = Naming::malformed, .speaks_of_patient = true};
      if (text.type == "Patient") return Mention{.naming = Naming::patient, .id = text.id};
      if (typed) return Mention{.naming = Naming::malformed, .speaks_of_patient = true};
      return of_record(text.type == "Encounter" && is_encounter(name) ? Naming::encounter : Naming::record, text);
    case ReferenceForm::elsewhere:
      if (text.speaks_of_patient || typed) return Mention{.naming = Naming::elsewhere};
      return of_record(Naming::record_elsewhere, text);
    case ReferenceForm::entry:
      return Mention{.naming = Naming::entry, .id = text.id};
    case ReferenceForm::contained:
      return typed ? std::optional(Mention{.naming = Naming::contained}) : std::nullopt;
    case ReferenceForm::query:
      if (!may_be_of_patient(text.type) && !typed) return std::nullopt;
      return Mention{.naming = Naming::by_query, .speaks_of_patient = typed || text.type == "Patient"};
    case ReferenceForm::malformed:
      return Mention{.naming = Naming::malformed, .speaks_of_patient = typed || text.speaks_of_patient};
  }
  return Mention{.naming = Naming::malformed};
}

void add_identifier(Mention& mention, const json& identifier) {
  mention.system = text_view_member(identifier, "system");
  mention.value = text_view_member(identifier, "value");
}

// A Reference that has no `reference`: an identifier, or a name for people alone.
std::optional<Mention> without_reference(const json& object, std::string_view name) {
  const json* identifier = find_member(object, "identifier");
  const bool identified = identifier != nullptr && identifier->is_object();
  const std::string_view type = text_view_member(object, "type");
  if (name == "encounter" && identified) return Mention{.naming = Naming::encounter, .id = "an identifier"};
  const bool about = is_type_patient(type) || (type.empty() && is_about(name));
  if (!identified && (!about || !object.contains("display"))) return std::nullopt;
  Mention mention{.naming = about ? Naming::by_identifier : Naming::identifier, .type = about ? "" : type};
  if (identified) add_identifier(mention, *identifier);
  return mention;
}

// What somebody finds who opens an address: a record here, in whatever spelling. A word alone is none.
std::optional<Mention> at_address(const ReferenceText& address, std::string_view text) {
  switch (address.form) {
    case ReferenceForm::here:
      return of_record(Naming::record, address);
    case ReferenceForm::query:
      return of_record(Naming::by_query, address);
    case ReferenceForm::malformed:
      return text.contains('/') ? of_record(Naming::malformed, address) : std::nullopt;
    case ReferenceForm::elsewhere:
      return address.same_host ? of_record(Naming::record_elsewhere, address) : std::nullopt;
    case ReferenceForm::entry:
    case ReferenceForm::contained:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mention> mention_in(const json& reference, std::string_view name, const BaseUrl& base) {
  if (!reference.is_object()) return std::nullopt;
  const json* text = find_member(reference, "reference");
  if (text == nullptr) return without_reference(reference, name);
  if (text->is_object()) return without_reference(reference, name);  // an element of that name
  if (!text->is_string()) return Mention{.naming = Naming::malformed};
  const ReferenceText read = read_reference(text->get_ref<const std::string&>(), base);
  auto mention = from_text(read, text_view_member(reference, "type"), name);
  if (mention && mention->naming == Naming::encounter && mention->id.empty())
    mention->id = text->get_ref<const std::string&>();
  const json* identifier = find_member(reference, "identifier");
  if (identifier == nullptr) return mention;
  if (!identifier->is_object()) return Mention{.naming = Naming::malformed};
  if (!mention) mention = Mention{.naming = Naming::identifier, .type = read.type};
  add_identifier(*mention, *identifier);
  return mention;
}

std::optional<Mention> mention_at(std::string_view address, const BaseUrl& base) {
  const ReferenceText read = read_reference(address, base);
  if (read.form == ReferenceForm::here && read.type == "Patient")
    return Mention{.naming = Naming::patient, .id = read.id};
  return at_address(read, address);
}

}  // namespace wardend::fhir

#include "daemon/guard/staff_rule.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/references.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

// A name for people alone says neither.
enum class Person : std::uint8_t { staff, named, anybody };

Person person_in(const json& reference, const fhir::BaseUrl& base) {
  const json* text = find_member(reference, "reference");
  if (text != nullptr && !text->is_string()) return Person::anybody;
  if (text != nullptr) {
    const fhir::ReferenceText read = fhir::read_reference(text->get_ref<const std::string&>(), base);
    const bool typed = read.form == fhir::ReferenceForm::here || read.form == fhir::ReferenceForm::elsewhere;
    const bool staff = typed && !read.type.empty() && !is_about_somebody(read.type);
    return staff || read.form == fhir::ReferenceForm::contained ? Person::staff : Person::anybody;
  }
  const std::string_view type = text_view_member(reference, "type");
  if (reference.contains("identifier"))
    return fhir::is_resource_type(type) && !is_about_somebody(type) ? Person::staff : Person::anybody;
  return type.empty() || !is_about_somebody(type) ? Person::named : Person::anybody;
}

// Whether of a list of people one is staff, and none is, or may be, a patient; what is contained is nobody's, too.
bool are_staff(const json& record, const char* list, const char* who, const Facts& facts) {
  bool staff = false;
  for (const json& one : list_member(record, list)) {
    const json* reference = who == nullptr ? &one : find_member(one, who);
    const Person person =
        reference == nullptr || !reference->is_object() ? Person::anybody : person_in(*reference, facts.base);
    if (person == Person::anybody) return false;
    staff = staff || person == Person::staff;
  }
  const bool of_nobody = std::ranges::all_of(list_member(record, "contained"), [](const json& one) {
    const std::string_view type = text_view_member(one, "resourceType");
    return fhir::is_resource_type(type) && !is_about_somebody(type);
  });
  return staff && of_nobody && !fhir::first_refused(record, facts.base, [](const Mention& mention) {
           return mention.naming == Naming::identifier && !mention.type.empty() && !is_about_somebody(mention.type);
         });
}

}  // namespace

bool is_of_staff(const json& record, const Facts& facts) {
  const std::string_view type = text_view_member(record, "resourceType");
  if (type == "CareTeam") return are_staff(record, "participant", "member", facts);
  if (type == "Schedule") return are_staff(record, "actor", nullptr, facts);
  return type == "Group" && text_view_member(record, "type") == "practitioner" &&
         are_staff(record, "member", "entity", facts);
}

}  // namespace wardend::guard

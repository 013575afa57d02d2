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

bool holds(const json& record, std::string_view id) {
  return std::ranges::any_of(list_member(record, "contained"),
                             [&](const json& one) { return !id.empty() && text_view_member(one, "id") == id; });
}

Person person_in(const json& reference, const json& record, const fhir::BaseUrl& base) {
  const json* text = find_member(reference, "reference");
  if (text != nullptr && !text->is_string()) return Person::anybody;
  if (text != nullptr) {
    const fhir::ReferenceText read = fhir::read_reference(text->get_ref<const std::string&>(), base);
    const bool typed = read.form == fhir::ReferenceForm::here || read.form == fhir::ReferenceForm::elsewhere;
    const bool staff = typed && !read.type.empty() && may_be_nobodys(read.type);
    const bool inside = read.form == fhir::ReferenceForm::contained &&
                        holds(record, std::string_view(text->get_ref<const std::string&>()).substr(1));
    return staff || inside ? Person::staff : Person::anybody;
  }
  const std::string_view type = text_view_member(reference, "type");
  if (reference.contains("identifier"))
    return fhir::is_resource_type(type) && may_be_nobodys(type) ? Person::staff : Person::anybody;
  return type.empty() || may_be_nobodys(type) ? Person::named : Person::anybody;
}

// Whether of a list one is staff, a place or a machine, and none is, or may be, a patient; what is contained is
// nobody's, too. No implant has a rota.
bool are_staff(const json& record, const char* list, const char* who, const Facts& facts) {
  bool staff = false;
  for (const json& one : list_member(record, list)) {
    const json* reference = who == nullptr ? &one : find_member(one, who);
    const Person person =
        reference == nullptr || !reference->is_object() ? Person::anybody : person_in(*reference, record, facts.base);
    if (person == Person::anybody) return false;
    staff = staff || person == Person::staff;
  }
  const bool of_nobody = std::ranges::all_of(list_member(record, "contained"), [](const json& one) {
    const std::string_view type = text_view_member(one, "resourceType");
    return fhir::is_resource_type(type) && !is_about_somebody(type);
  });
  return staff && of_nobody && !fhir::first_refused(record, facts.base, [](const Mention& mention) {
           const bool named = mention.naming == Naming::identifier || mention.naming == Naming::record;
           return named && !mention.type.empty() && may_be_nobodys(mention.type);
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

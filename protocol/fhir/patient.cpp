#include "protocol/fhir/patient.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "protocol/fhir/identifier_list.hpp"

namespace wardend::fhir {
namespace {

using nlohmann::json;

// nullptr: it is not there, or null.
const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

// `active` and `link` change what everything else means: what they say unclearly counts as said.
void judge_use(const json& patient, PatientIdentity& identity) {
  const json* active = member(patient, "active");
  if (active != nullptr && !active->is_boolean())
    identity.found(Verification::unverified, "The record does not say clearly whether it is in use.");
  else if (active != nullptr && !active->get<bool>())
    identity.found(Verification::conflict,
                   "The EHR no longer uses this record: open the patient in the EHR, and launch from there.");
  const json* modifiers = member(patient, "modifierExtension");
  if (modifiers != nullptr && !(modifiers->is_array() && modifiers->empty()))
    identity.found(Verification::unverified, "The record has a modifier extension that wardend does not know.");
  const json* deceased = member(patient, "deceasedBoolean");
  const bool dead = deceased != nullptr && deceased->is_boolean() && deceased->get<bool>();
  if (dead || member(patient, "deceasedDateTime") != nullptr)
    identity.found(Verification::verified, "The record says that the patient has died.");
}

void judge_link(const json& link, PatientIdentity& identity) {
  const std::string type = text_member(link, "type");
  if (type == "replaces") return;
  if (type == "replaced-by" || type == "replace")  // the name of DSTU2 for the same
    return identity.found(
        Verification::conflict,
        "The EHR has replaced this record by another one: open the patient in the EHR, and launch from there.");
  if (type == "refer")
    return identity.found(Verification::verified, "The EHR keeps more about this patient in another record.");
  if (type == "seealso")
    return identity.found(Verification::verified, "The EHR has another record that may be of the same person.");
  identity.found(Verification::unverified, "The record has a link to another record that cannot be read.");
}

void judge_links(const json& patient, PatientIdentity& identity) {
  const json* links = member(patient, "link");
  if (links == nullptr) return;
  if (!links->is_array()) return judge_link(*links, identity);
  for (const json& link : *links) judge_link(link, identity);
}

}  // namespace

std::string_view name_of(Verification status) {
  constexpr std::array<std::string_view, 5> names = {"verified", "unverified", "conflict", "unavailable",
                                                     "not_applicable"};
  return names.at(static_cast<std::size_t>(status));
}

void PatientIdentity::found(Verification weight, std::string finding) {
  if (weight <= Verification::conflict) status = std::max(status, weight);
  if (std::ranges::find(findings, finding) == findings.end()) findings.push_back(std::move(finding));
}

PatientIdentity judge_patient(const json& resource, const PatientQuestion& question) {
  PatientIdentity identity{.status = Verification::verified};
  if (text_member(resource, "resourceType") != "Patient" || text_member(resource, "id") != question.id) {
    identity.found(Verification::conflict,
                   "The EHR answered with another record than the patient's: have its administrators look at it.");
    return identity;
  }
  judge_use(resource, identity);
  judge_links(resource, identity);
  judge_identifiers(resource, question, identity);
  return identity;
}

}  // namespace wardend::fhir

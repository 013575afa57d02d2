#include "daemon/guard/target_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "daemon/guard/mention_rule.hpp"
#include "daemon/guard/patch_rule.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/references.hpp"
#include "protocol/fhir/version.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using nlohmann::json;

// Whose it is, of a type that has no element for that: nobody else is named in it, nor a record that is, or may be,
// somebody else's. The rota that a Slot belongs to was chosen by whoever made the Slot.
std::optional<Error> judge_whose(const json& stored, const Around& around) {
  if (!is_about_somebody(text_view_member(stored, "resourceType"))) {
    const auto another = fhir::first_refused(stored, around.facts.base, [&](const fhir::Mention& mention) {
      return !is_foreign(mention, around.facts) && (mention.type == "Schedule" || !fault_of(mention, around));
    });
    return another ? std::optional(rejected("it speaks of somebody else")) : std::nullopt;
  }
  if (auto fault = names_fault(stored, around.facts)) return fault;
  const auto inside = entries_of(stored, around.facts.base);
  if (!inside) return inside.error();
  return judge_mentions(stored, {.facts = around.facts, .entries = *inside, .referred = around.referred});
}

// Who a Patient is for others stays as it is; whom it is linked to as well, whoever that is.
std::optional<Error> judge_identity(const json& stored, const json& body) {
  for (const char* name : {"link", "active", "identifier"}) {
    const json* before = find_member(stored, name);
    const json* after = find_member(body, name);
    const bool same = before == nullptr || after == nullptr ? before == after : *before == *after;
    if (!same)
      return rejected("an app does not change who a Patient is: send " + std::string(name) + " as the server has it",
                      name);
  }
  return std::nullopt;
}

}  // namespace

const Target* target_of(const fhir::FhirRequest& request, std::span<const Target> targets) {
  const auto found = std::ranges::find_if(
      targets, [&](const Target& target) { return target.type == request.type && target.id == request.id; });
  return found == targets.end() ? nullptr : &*found;
}

std::string version_of(const Target& target) {
  std::string version = target.version;
  if (version.empty() && target.resource != nullptr)
    if (const json* meta = find_member(*target.resource, "meta")) version = text_member(*meta, "versionId");
  return fhir::is_version(version) ? version : std::string();
}

std::optional<Error> judge_stored(const fhir::FhirRequest& request, const json& stored, const Around& around) {
  if (text_member(stored, "resourceType") != request.type || text_member(stored, "id") != request.id)
    return rejected("the server answers with another resource than the one that is written");
  const Entries none;
  const Around alone{.facts = around.facts, .entries = none, .referred = around.referred};
  auto fault = fhir::subject_element(request.type) != nullptr ? judge_subject(stored, alone)
               : request.type == "Patient"                    ? std::nullopt
                                                              : judge_whose(stored, around);
  if (!fault) return std::nullopt;
  return rejected("the resource that is to be written is, on the server, not this patient's");
}

std::optional<Error> judge_target(const fhir::FhirRequest& request, const json* body, const Target& target,
                                  const Around& around) {
  if (target.gone)
    return rejected("the resource was deleted on the server, and may have been anybody's: create a new one instead");
  if (target.resource == nullptr) {
    if (request.type == "Patient") return rejected("the Patient is not on the server, and no app makes one");
    if (request.interaction == Interaction::update) return std::nullopt;
    return rejected("the resource that is to be written is not on the server");
  }
  const json& stored = *target.resource;
  if (auto fault = judge_stored(request, stored, around)) return fault;
  if (!request.if_match.empty() && request.if_match != version_of(target))
    return rejected("the resource has changed on the server: read it again, then write");
  // A scope for some records covers none that is not among them yet.
  const Shown shown{.request = request, .resource = &stored};
  if (cover(around.facts, shown) != Cover::whole) return not_granted(around.facts, shown);
  if (request.interaction == Interaction::patch) return judge_patched(request, stored, *body, around);
  if (request.interaction == Interaction::update && request.type == "Patient") return judge_identity(stored, *body);
  return std::nullopt;
}

}  // namespace wardend::guard

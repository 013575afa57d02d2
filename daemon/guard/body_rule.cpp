#include "daemon/guard/body_rule.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "daemon/guard/patch_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/write_rule.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using Kind = Verdict::Kind;

// An operation on the Patient itself is judged by its address.
Verdict target_or(const fhir::FhirRequest& request, Kind otherwise) {
  const bool by_address = request.type == "Patient" && request.interaction == Interaction::operation;
  if (by_address || !has_target(request)) return verdict(otherwise);
  return {.kind = Kind::needs_target, .targets = {{request.type, request.id}}};
}

// A message is carried out: what it brings says whose it is, as in a transaction.
std::optional<Error> bundle_fault(const nlohmann::json& bundle, const Around& around) {
  const auto inside = entries_of(bundle, around.facts.base);
  if (!inside) return inside.error();
  const Around here{.facts = around.facts, .entries = *inside, .referred = around.referred};
  if (auto fault = fault_in(bundle, here)) return fault;
  std::size_t at = 0;
  for (const nlohmann::json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "].resource";
    const nlohmann::json* resource = find_member(entry, "resource");
    if (resource == nullptr) continue;
    if (auto fault = judge_subject(*resource, here)) return below(place, std::move(*fault));
  }
  return std::nullopt;
}

}  // namespace

Verdict judge_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Around& around) {
  // Parameters, or a resource: whoever is named in it is this patient.
  if (request.interaction == Interaction::operation) {
    if (auto fault =
            text_view_member(body, "resourceType") == "Bundle" ? bundle_fault(body, around) : fault_in(body, around))
      return refuse(std::move(*fault));
    return target_or(request, Kind::inspect_reply);
  }
  if (request.interaction == Interaction::patch) {
    if (auto fault = judge_patch(request, body, around)) return refuse(std::move(*fault));
    return target_or(request, Kind::pass);
  }
  if (auto fault = judge_resource(request, body, around)) return refuse(std::move(*fault));
  const Shown shown{.request = request, .resource = &body};
  if (cover(around.facts, shown) != Cover::whole) return refuse(not_granted(around.facts, shown));
  return target_or(request, Kind::pass);
}

}  // namespace wardend::guard

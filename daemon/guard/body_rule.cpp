#include "daemon/guard/body_rule.hpp"

#include <nlohmann/json.hpp>

#include "daemon/guard/patch_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
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

}  // namespace

Verdict judge_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Around& around) {
  // Parameters, or a resource: whoever is named in it is this patient.
  if (request.interaction == Interaction::operation) {
    if (auto fault = fault_in(body, around)) return refuse(std::move(*fault));
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

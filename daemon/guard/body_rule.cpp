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

// Parameters, or a resource: whoever is named in it is this patient.
Verdict judge_operation_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Facts& facts) {
  const Entries none;
  const auto refused =
      fhir::first_refused(body, facts.base, [&](const fhir::Mention& mention) { return is_own(mention, facts, none); });
  if (refused) return refuse(foreign_mention(*refused, facts));
  return target_or(request, Kind::inspect_reply);
}

}  // namespace

Verdict judge_body(const fhir::FhirRequest& request, const nlohmann::json& body, const Facts& facts,
                   const Entries& entries) {
  if (request.interaction == Interaction::operation) return judge_operation_body(request, body, facts);
  if (request.interaction == Interaction::patch) {
    if (auto fault = judge_patch(request, body, facts)) return refuse(std::move(*fault));
    return target_or(request, Kind::pass);
  }
  if (auto fault = judge_resource(request, body, facts, entries)) return refuse(std::move(*fault));
  if (cover(facts, {.request = request, .resource = &body}) != Cover::whole) return refuse(not_granted(request));
  return target_or(request, Kind::pass);
}

}  // namespace wardend::guard

#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/verdicts.hpp"

namespace wardend::guard {
namespace {

using Kind = Verdict::Kind;

bool is_other_patient(const nlohmann::json& resource, const Facts& facts) {
  return text_member(resource, "resourceType") == "Patient" && facts.patient != text_member(resource, "id");
}

}  // namespace

Verdict judge_reply(const fhir::FhirRequest& request, const Reply& reply, const Facts& facts) {
  if (reply.json == nullptr || reply.status >= 400) return verdict(Kind::pass);
  const bool one = request.interaction == fhir::Interaction::read || request.interaction == fhir::Interaction::vread;
  const Shown shown{.request = request, .resource = reply.json};
  if (one && cover(facts, shown) != Cover::whole) return refuse(not_granted(facts, shown));
  // Whom the EHR has linked this Patient to stands in this Patient's record.
  const auto found = fhir::first_refused(
      *reply.json, facts.base, [&](const fhir::Mention& mention) { return !is_foreign(mention, facts); },
      facts.patient ? std::string_view(*facts.patient) : std::string_view());
  if (!found && !is_other_patient(*reply.json, facts)) return verdict(Kind::pass);
  if (facts.policy.foreign == Foreign::enforce)
    return refuse(rejected("the answer holds another patient", found ? found->path : std::string()));
  Verdict passed = verdict(Kind::pass);
  passed.overridden.emplace_back("foreign");
  return passed;
}

}  // namespace wardend::guard

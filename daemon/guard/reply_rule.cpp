#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/guard/proof_rule.hpp"
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
  const bool foreign = found || is_other_patient(*reply.json, facts);
  const bool enforced = facts.policy.foreign == Foreign::enforce;
  if (foreign && enforced)
    return refuse(rejected("the answer holds another patient", found ? found->path : std::string()));
  const auto unsaid = foreign ? std::nullopt : first_unsaid(request, *reply.json, facts);
  if (unsaid && enforced)
    return refuse(
        rejected("the answer holds a record that does not say which patient it is about: ask for the whole "
                 "record, or search with patient=ID",
                 *unsaid));
  Verdict passed = verdict(Kind::pass);
  if (foreign) passed.overridden.emplace_back("foreign");
  if (unsaid) passed.overridden.emplace_back("unsaid");
  return passed;
}

}  // namespace wardend::guard

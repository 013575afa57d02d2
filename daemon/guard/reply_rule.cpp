#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/guard/mention_rule.hpp"
#include "daemon/guard/proof_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/verdicts.hpp"

namespace wardend::guard {
namespace {

using Kind = Verdict::Kind;

bool is_other_patient(const nlohmann::json& resource, const Facts& facts) {
  return text_member(resource, "resourceType") == "Patient" && facts.patient != text_member(resource, "id");
}

bool reads_one(const fhir::FhirRequest& request) {
  return request.interaction == fhir::Interaction::read || request.interaction == fhir::Interaction::vread;
}

// As a server answers that has merged two records, or mistakes one for another.
bool is_other_record(const nlohmann::json& resource, const fhir::FhirRequest& request) {
  return text_view_member(resource, "resourceType") != request.type || text_view_member(resource, "id") != request.id;
}

// What a server says of itself: /metadata a statement, smart-configuration no resource at all.
bool is_of_server(const nlohmann::json& answer, const fhir::FhirRequest& request) {
  const std::string_view type = text_view_member(answer, "resourceType");
  if (type == "CapabilityStatement" || type == "TerminologyCapabilities" || type == "Conformance") return true;
  return request.type.empty() && type.empty() && answer.is_object();
}

Error unsaid(bool binary, const std::string& path) {
  if (binary)
    return rejected(
        "the server does not say that the Binary is this patient's: ask IT to have the server name the patient "
        "(X-Security-Context), or to set foreign = \"audit\"",
        "securityContext");
  return rejected(
      "the answer holds a record that does not say which patient it is about: ask for the whole record, search with "
      "patient=ID, or read it by _include or _revinclude of a record of the patient's",
      path);
}

// Refused where the policy says so, else noted.
Verdict told(const Facts& facts, const char* what, Error error) {
  if (facts.policy.foreign == Foreign::enforce) return refuse(std::move(error));
  Verdict passed = verdict(Kind::pass);
  passed.overridden.emplace_back(what);
  return passed;
}

}  // namespace

Verdict judge_reply(const fhir::FhirRequest& request, const Reply& reply, const Facts& facts) {
  if (reply.json == nullptr) return verdict(Kind::pass);
  const bool one = reply.status < 400 && reads_one(request);
  const Shown shown{.request = request, .resource = reply.json};
  if (one && cover(facts, shown) != Cover::whole) return refuse(not_granted(facts, shown));
  // Whom the EHR has linked this Patient to stands in this Patient's record.
  const auto found = fhir::first_refused(
      *reply.json, facts.base, [&](const fhir::Mention& mention) { return !is_foreign(mention, facts); },
      facts.patient ? std::string_view(*facts.patient) : std::string_view());
  if (found || is_other_patient(*reply.json, facts))
    return told(facts, "foreign", rejected("the answer holds another patient", found ? found->path : std::string()));
  if (auto unproved = reply.status < 400 ? first_unproved(request, *reply.json, facts) : std::nullopt)
    return unproved->foreign
               ? told(facts, "foreign", rejected("the answer holds a record of somebody else", unproved->path))
               : told(facts, "unsaid", unsaid(one && request.type == "Binary", unproved->path));
  const bool of_server = reply.status >= 400 || request.interaction != fhir::Interaction::capabilities ||
                         is_of_server(*reply.json, request);
  if (!of_server || (one && is_other_record(*reply.json, request)))
    return told(facts, "other_record", rejected("the answer is another record than the one that was asked for", "id"));
  return verdict(Kind::pass);
}

}  // namespace wardend::guard

#include "daemon/guard/decision.hpp"

#include "daemon/guard/body_rule.hpp"
#include "daemon/guard/circumstances.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/target_rule.hpp"
#include "daemon/guard/transaction_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/write_rule.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using Kind = Verdict::Kind;

Verdict by_address(const fhir::FhirRequest& request, const Facts& facts) {
  if (request.interaction == Interaction::capabilities) return verdict(Kind::pass);
  if (request.interaction == Interaction::transaction || request.interaction == Interaction::batch ||
      request.body == fhir::BodyKind::search_form)
    return verdict(Kind::needs_body);
  if (!request.reads) return judge_words(request, facts);
  return request.interaction == Interaction::operation ? judge_operation(request, facts) : judge_read(request, facts);
}

// The parameters of a search's form stand beside those of its address.
Verdict by_form(fhir::FhirRequest search, std::string_view form, const Facts& facts) {
  auto parameters = fhir::parse_query(form);
  if (!parameters) return refuse(rejected(parameters.error()));
  search.parameters.insert(search.parameters.end(), parameters->begin(), parameters->end());
  return judge_read(search, facts);
}

bool is_bundle(const fhir::FhirRequest& request) {
  return request.interaction == Interaction::transaction || request.interaction == Interaction::batch;
}

Verdict by_body(const fhir::FhirRequest& request, const Body& body, const std::span<const Target>* targets,
                const Facts& facts) {
  Verdict first = by_address(request, facts);
  if (first.kind != Kind::needs_body) return first;
  if (request.body == fhir::BodyKind::search_form) return by_form(request, body.form, facts);
  if (body.json == nullptr) return refuse(rejected("the request brings no resource"));
  return is_bundle(request) ? judge_transaction(*body.json, targets, facts)
                            : judge_body(request, *body.json, facts, {});
}

Verdict by_target(const fhir::FhirRequest& request, const Body& body, std::span<const Target> targets,
                  const Facts& facts) {
  Verdict second = by_body(request, body, &targets, facts);
  if (second.kind != Kind::needs_target || is_bundle(request)) return second;
  if (auto fault = judge_target(request, body.json, targets, facts)) return refuse(std::move(*fault));
  Verdict last = verdict(request.interaction == Interaction::operation ? Kind::inspect_reply : Kind::pass);
  for (const Target& target : targets)
    if (target.type == request.type && target.id == request.id) last.if_match = version_of(target);
  return last;
}

// The circumstances first: what they refuse is refused whatever the request is.
template <typename Stage>
Verdict within(const fhir::FhirRequest& request, const Facts& facts, Stage stage) {
  Circumstances around = judge_circumstances(request, facts);
  if (around.refusal) return refuse(std::move(*around.refusal));
  Verdict judged = stage();
  const bool goes = judged.kind == Kind::pass || judged.kind == Kind::inspect_reply;
  if (goes) judged.overridden = std::move(around.overridden);
  return judged;
}

}  // namespace

Verdict decide(const fhir::FhirRequest& request, const Facts& facts) {
  return within(request, facts, [&] { return by_address(request, facts); });
}

Verdict decide(const fhir::FhirRequest& request, const Body& body, const Facts& facts) {
  return within(request, facts, [&] { return by_body(request, body, nullptr, facts); });
}

Verdict decide(const fhir::FhirRequest& request, const Body& body, std::span<const Target> targets,
               const Facts& facts) {
  return within(request, facts, [&] { return by_target(request, body, targets, facts); });
}

}  // namespace wardend::guard

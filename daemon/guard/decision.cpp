#include "daemon/guard/decision.hpp"

#include <algorithm>

#include "daemon/guard/circumstances.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/referred.hpp"
#include "daemon/guard/stages.hpp"
#include "daemon/guard/transaction_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/write_rule.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using Kind = Verdict::Kind;

bool goes(const Verdict& judged) { return judged.kind == Kind::pass || judged.kind == Kind::inspect_reply; }

// What the words of a write or an operation say. An operation may name an encounter, which must be read first; where it
// brings a body that is done with the body.
Verdict by_words(const fhir::FhirRequest& request, std::span<const Target> read, const Facts& facts) {
  const Entries none;
  Referred referred(facts, read);
  const Around around{.facts = facts, .entries = none, .referred = referred};
  if (!request.reads) return judge_words(request, around);
  Verdict judged = judge_operation(request, around);
  if (goes(judged) && !referred.wanted().empty()) return {.kind = Kind::needs_target, .targets = referred.wanted()};
  return judged;
}

Verdict by_address(const fhir::FhirRequest& request, std::span<const Target> read, const Facts& facts) {
  if (request.interaction == Interaction::capabilities) return verdict(Kind::pass);
  if (request.interaction == Interaction::transaction || request.interaction == Interaction::batch ||
      request.body == fhir::BodyKind::search_form)
    return verdict(Kind::needs_body);
  const bool operates = request.interaction == Interaction::operation;
  return operates || !request.reads ? by_words(request, read, facts) : judge_read(request, facts);
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

// `asks`: whether records that the body refers to are wanted already.
Verdict by_content(const fhir::FhirRequest& request, const Body& body, const std::span<const Target>* read,
                   const Facts& facts, Referred::Asks asks) {
  const Entries none;
  Referred referred(facts, read == nullptr ? std::span<const Target>() : *read, asks);
  Verdict judged = is_bundle(request) ? judge_transaction(*body.json, read, facts, referred)
                                      : judge_write(request, {.body = body.json, .read = read},
                                                    {.facts = facts, .entries = none, .referred = referred});
  if (judged.kind == Kind::refuse || referred.wanted().empty()) return judged;
  judged.kind = Kind::needs_target;
  judged.targets.insert(judged.targets.end(), referred.wanted().begin(), referred.wanted().end());
  return judged;
}

// What the server has is read first: what that refers to already is not read again.
Verdict by_body(const fhir::FhirRequest& request, const Body& body, const std::span<const Target>* read,
                const Facts& facts) {
  Verdict first = by_address(request, read == nullptr ? std::span<const Target>() : *read, facts);
  const bool writes_on = read != nullptr && !request.reads && first.kind == Kind::needs_target;
  const bool reads_on = first.kind == Kind::needs_body || writes_on;
  if (!reads_on) return first;
  if (request.body == fhir::BodyKind::search_form) return by_form(request, body.form, facts);
  if (first.kind == Kind::needs_body && body.json == nullptr) return refuse(rejected("the request brings no resource"));
  const bool later = read == nullptr && (is_bundle(request) || has_target(request));
  Verdict second = by_content(request, body, read, facts, later ? Referred::Asks::later : Referred::Asks::now);
  return later && goes(second) ? by_content(request, body, read, facts, Referred::Asks::now) : second;
}

// The encounter that the app shows is read where neither the launch nor the screen says which one it is.
Verdict with_encounter(Verdict judged, const Facts& facts, std::span<const Target> read) {
  const bool said = facts.encounter || (facts.on_screen && facts.on_screen->encounter);
  const bool done = judged.kind == Kind::refuse || judged.kind == Kind::needs_body;
  if (!facts.named_encounter || said || done) return judged;
  const auto another = [&] {
    return refuse(errors::EncounterMismatch{.session = facts.session, .requested = *facts.named_encounter});
  };
  if (!fhir::valid_id(*facts.named_encounter)) return another();
  Referred referred(facts, read);
  const Referred::Standing standing = referred.of("Encounter", *facts.named_encounter);
  if (standing == Referred::Standing::own) return judged;
  if (standing != Referred::Standing::unread) return another();
  judged.kind = Kind::needs_target;
  for (const Wanted& wanted : referred.wanted())
    if (std::ranges::find(judged.targets, wanted) == judged.targets.end()) judged.targets.push_back(wanted);
  return judged;
}

// The circumstances first: what they refuse is refused whatever the request is.
template <typename Stage>
Verdict within(const fhir::FhirRequest& request, const Facts& facts, std::span<const Target> read, Stage stage) {
  Circumstances around = judge_circumstances(request, facts);
  if (around.refusal) return refuse(std::move(*around.refusal));
  Verdict judged = request.reads ? stage() : with_encounter(stage(), facts, read);
  if (goes(judged)) judged.overridden = std::move(around.overridden);
  return judged;
}

}  // namespace

Verdict decide(const fhir::FhirRequest& request, const Facts& facts) {
  return within(request, facts, {}, [&] { return by_address(request, {}, facts); });
}

Verdict decide(const fhir::FhirRequest& request, const Body& body, const Facts& facts) {
  return within(request, facts, {}, [&] { return by_body(request, body, nullptr, facts); });
}

Verdict decide(const fhir::FhirRequest& request, const Body& body, std::span<const Target> targets,
               const Facts& facts) {
  return within(request, facts, targets, [&] { return by_body(request, body, &targets, facts); });
}

}  // namespace wardend::guard

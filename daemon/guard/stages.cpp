#include "daemon/guard/stages.hpp"

#include <string>
#include <utility>

#include "daemon/guard/body_rule.hpp"
#include "daemon/guard/target_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/write_rule.hpp"

namespace wardend::guard {
namespace {

using Kind = Verdict::Kind;

Verdict judge_brought(const fhir::FhirRequest& request, const Known& known, const Around& around) {
  Verdict judged = judge_body(request, *known.body, around);
  if (judged.kind == Kind::refuse && !known.place.empty())
    return refuse(below(std::string(known.place), std::move(*judged.error)));
  return judged;
}

// With what the stored resource refers to kept, where that is this patient's.
Verdict judge_kept(const fhir::FhirRequest& request, const Known& known, const Target* target, const Around& around) {
  Verdict judged = judge_words(request, around);
  if (judged.kind == Kind::needs_body && known.body != nullptr) judged = judge_brought(request, known, around);
  if (judged.kind != Kind::needs_target || known.read == nullptr) return judged;
  if (target == nullptr) return refuse(rejected("the resource that is to be written was not read"));
  if (auto fault = judge_target(request, known.body, *target, around)) return refuse(std::move(*fault));
  Verdict last = verdict(request.interaction == fhir::Interaction::operation ? Kind::inspect_reply : Kind::pass);
  last.if_match = version_of(*target);
  return last;
}

}  // namespace

Verdict judge_write(const fhir::FhirRequest& request, const Known& known, const Around& around) {
  const Target* target = known.read == nullptr ? nullptr : target_of(request, *known.read);
  const bool keeps = target != nullptr && target->resource != nullptr &&
                     request.interaction != fhir::Interaction::delete_ &&
                     !judge_stored(request, *target->resource, around);
  if (!keeps) return judge_kept(request, known, target, around);
  const auto kept = around.referred.keep(*target->resource);
  return judge_kept(request, known, target, around);
}

}  // namespace wardend::guard

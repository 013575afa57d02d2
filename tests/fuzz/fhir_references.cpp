// Input: a resource, as a create of it, a transaction and a search's answer. The session's patient is p1.
#include <nlohmann/json.hpp>
#include <string>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "daemon/guard/decision.hpp"
#include "protocol/fhir/references.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

guard::Facts facts() {
  return {.session = "s1",
          .base = *fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4"),
          .granted = smart::ScopeSet("patient/*.cruds"),
          .patient = "p1"};
}

void check(const guard::Verdict& verdict) {
  using Kind = guard::Verdict::Kind;
  require((verdict.kind == Kind::refuse) == verdict.error.has_value(), "a refusal has an error, and nothing else has");
  require((verdict.kind == Kind::needs_target) == !verdict.targets.empty(), "targets are named where they are needed");
  require(verdict.targets.size() <= guard::most_targets, "targets are bounded");
  if (!verdict.error) return;
  const auto* rejected = verdict.error->as<errors::ResourceRejected>();
  if (rejected != nullptr && rejected->path)
    require(!has_control(*rejected->path) && rejected->path->size() <= 512, "a path can be shown");
}

// What a strict reader calls another patient, wherever it stands.
bool names_another(const nlohmann::json& resource, const fhir::BaseUrl& base) {
  return fhir::first_refused(
             resource, base,
             [](const fhir::Mention& mention) { return mention.naming != fhir::Naming::patient || mention.id == "p1"; })
      .has_value();
}

}  // namespace

void fuzz_fhir_references(Bytes input) {
  const auto resource = parse_json(text_of(input), {.bytes = 256UL * 1024});
  if (!resource) return;
  const guard::Facts known = facts();
  const std::string type = text_member(*resource, "resourceType");
  const auto transaction = fhir::classify({.method = "POST", .path = ""});
  check(decide(*transaction, guard::Body{.json = &*resource}, known));
  check(judge_reply(*fhir::classify({.method = "GET", .path = "/Observation"}), {.status = 200, .json = &*resource},
                    known));
  const auto create = fhir::classify({.method = "POST", .path = "/" + type});
  if (!create || create->interaction != fhir::Interaction::create) return;
  const guard::Verdict verdict = decide(*create, guard::Body{.json = &*resource}, known);
  check(verdict);
  require(verdict.kind != guard::Verdict::Kind::pass || !names_another(*resource, known.base),
          "what passes names no other patient");
}

}  // namespace wardend::fuzz

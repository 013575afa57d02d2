#include "daemon/guard/patch_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/json_patch.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

// Elements that a patch leaves alone, as pointers. Of a list an entry may come and go: the result shows whose it is.
std::vector<std::string> guarded_pointers(std::string_view type) {
  std::vector<std::string> guarded = {"/id", "/resourceType"};
  const fhir::SubjectElement* subject = fhir::subject_element(type);
  if (subject != nullptr && !subject->many) guarded.push_back("/" + std::string(subject->path));
  if (type == "Patient") guarded.insert(guarded.end(), {"/link", "/active", "/identifier"});
  return guarded;
}

// Whether one of the two pointers leads into what the other one points at.
bool meet(std::string_view one, std::string_view other) {
  const std::string_view shorter = one.size() < other.size() ? one : other;
  const std::string_view longer = one.size() < other.size() ? other : one;
  return longer.starts_with(shorter) && (longer.size() == shorter.size() || longer[shorter.size()] == '/');
}

bool touches(const fhir::PatchOperation& operation, std::string_view pointer) {
  if (operation.verb == fhir::PatchVerb::test) return false;
  return meet(operation.path, pointer) || (operation.verb == fhir::PatchVerb::move && meet(operation.from, pointer));
}

std::string place_of(std::size_t at) { return "patch[" + std::to_string(at) + "]"; }

// "/medicationReference/reference" for "medication[x]".
bool touches_required(const fhir::PatchOperation& operation, std::string_view element) {
  const std::string_view first = element.substr(0, element.find('.'));
  if (!first.ends_with("[x]")) return touches(operation, "/" + std::string(first));
  const std::string stem = "/" + std::string(first.substr(0, first.size() - 3));
  return operation.verb != fhir::PatchVerb::test &&
         (operation.path.empty() || operation.path.starts_with(stem) || operation.from.starts_with(stem));
}

// What cannot be judged without the resource that the server finds.
std::optional<Error> judge_unseen(const fhir::FhirRequest& request, const fhir::PatchOperation& operation,
                                  const json& written, const Facts& facts, const std::string& place) {
  for (const config::Write& write : facts.policy.writes) {
    if (write.resource != request.type) continue;
    for (const std::string& element : write.required)
      if (touches_required(operation, element))
        return rejected("a conditional patch of an element that this app must always write", place);
  }
  const json* value = find_member(written, "value");
  const bool moves = operation.verb == fhir::PatchVerb::move || operation.verb == fhir::PatchVerb::copy;
  const bool text = value != nullptr && value->is_string();
  if (moves || operation.path.ends_with("/reference") || (text && operation.path.ends_with("/type")) ||
      operation.path.starts_with("/contained") || operation.path.contains("/identifier") ||
      operation.path.contains("/encounter"))
    return rejected("a conditional patch of a reference cannot be judged: patch the resource by its id", place);
  if (!text) return std::nullopt;
  const auto reference = fhir::read_reference(value->get_ref<const std::string&>(), facts.base);
  if (reference.form == fhir::ReferenceForm::here && reference.type == "Patient" && facts.patient != reference.id)
    return rejected("a reference is to another patient", place);
  return std::nullopt;
}

}  // namespace

std::optional<Error> judge_patch(const fhir::FhirRequest& request, const json& patch, const Around& around) {
  const auto operations = fhir::read_patch(patch);
  if (!operations) return rejected(operations.error().reason, operations.error().path);
  const auto guarded = guarded_pointers(request.type);
  for (std::size_t at = 0; at < operations->size(); ++at) {
    const fhir::PatchOperation& operation = (*operations)[at];
    for (const std::string& pointer : guarded)
      if (touches(operation, pointer))
        return rejected("a patch may not change " + pointer.substr(1) + ", which says whose the resource is",
                        place_of(at));
    if (!request.conditional) continue;
    if (auto fault = judge_unseen(request, operation, patch[at], around.facts, place_of(at))) return fault;
  }
  auto fault = fault_in(patch, around);
  return fault ? std::optional<Error>(below("patch", std::move(*fault))) : std::nullopt;
}

std::optional<Error> judge_patched(const fhir::FhirRequest& request, const json& stored, const json& patch,
                                   const Around& around) {
  const auto result = fhir::patched(stored, patch);
  if (!result) return rejected(result.error().reason, result.error().path);
  if (auto fault = judge_resource(request, *result, around)) return fault;
  const Shown shown{.request = request, .resource = &*result};
  if (cover(around.facts, shown) != Cover::whole) return not_granted(around.facts, shown);
  return std::nullopt;
}

}  // namespace wardend::guard

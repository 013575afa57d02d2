#include "daemon/guard/word_rule.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;

// How an operation names the one whom it is about; one that has both names stands here twice. Spec: FHIR R4,
// operations; DEQM, US Core
struct Definition {
  std::string_view operation;
  std::string_view whom;
};
constexpr auto known = std::to_array<Definition>({{"$apply", "subject"},
                                                  {"$care-gaps", "subject"},
                                                  {"$collect-data", "subject"},
                                                  {"$docref", "patient"},
                                                  {"$evaluate", "subject"},
                                                  {"$evaluate-measure", "subject"},
                                                  {"$lastn", "patient"},
                                                  {"$lastn", "subject"},
                                                  {"$populate", "subject"},
                                                  {"$stats", "subject"}});

// One by POST has its parameters in its body alone, and a modifier makes another name of one, but where the operation
// takes those of a search. Of two the server may take either. Spec: FHIR R4, operations, executing an operation
bool says_whom(const fhir::FhirRequest& request, std::string_view name) {
  bool says = false;
  for (const fhir::QueryParameter& one : request.parameters) {
    const bool typed = one.modifier == "Patient" && request.operation == "$lastn";
    const bool plain = one.chain.empty() && (one.modifier.empty() || typed);
    if (!plain || one.name != name || one.in_body == request.reads) continue;
    if (one.value.empty()) return false;
    says = true;
  }
  return says;
}

// A server passes over a parameter that its operation does not have, a chain above all, and answers for everybody. So
// of one that nobody knows both names are asked for.
bool says_for_whom(const fhir::FhirRequest& request) {
  const auto own = std::ranges::equal_range(known, std::string_view(request.operation), {}, &Definition::operation);
  if (own.empty()) return says_whom(request, "patient") && says_whom(request, "subject");
  return std::ranges::any_of(own, [&](const Definition& one) { return says_whom(request, one.whom); });
}

}  // namespace

bool is_of_server(const nlohmann::json& answer, const fhir::FhirRequest& request) {
  if (request.interaction != Interaction::capabilities) return false;
  const std::string_view type = text_view_member(answer, "resourceType");
  if (type == "CapabilityStatement" || type == "TerminologyCapabilities" || type == "Conformance") return true;
  return request.type.empty() && type.empty() && answer.is_object();
}

bool writes_one(const fhir::FhirRequest& request) {
  return request.interaction == Interaction::create || request.interaction == Interaction::update ||
         request.interaction == Interaction::patch || request.interaction == Interaction::delete_;
}

bool has_includes(const fhir::FhirRequest& request) {
  return std::ranges::any_of(request.parameters, [](const fhir::QueryParameter& one) {
    return one.name == "_include" || one.name == "_revinclude";
  });
}

Word::Word(const fhir::FhirRequest& request, const Facts& facts)
    : request_(request), includes_(has_includes(request)), writes_(writes_one(request)) {
  const SearchTie found = tie_of_request(request, facts);
  const bool operates = request.interaction == Interaction::operation;
  // Of an operation by POST on a record of a patient that record was judged; what it is on may be nobody's too.
  const bool on_record = operates && !request.reads && !request.id.empty() && is_about_somebody(request.type) &&
                         request.type != "Group" && request.type != "List" && request.type != "Bundle";
  const bool on_patient = request.type == "Patient" && !request.id.empty();
  const bool bound = found.tie == Tie::bound;
  const bool named = operates && (bound || found.led) && request.type != "Schedule" && says_for_whom(request);
  given_ = writes_ || (bound && (!operates || on_patient)) || on_record || named;
}

// A write is answered with the record that it wrote and with no other one, a search with a Bundle.
bool Word::covers(const AnswerRecord& record) const {
  const std::string_view type = text_view_member(*record.resource, "resourceType");
  if (!fhir::is_resource_type(type) || record.in != nullptr) return false;
  if (!given_ || record.included || (includes_ && !record.found)) return false;
  const bool is_answer = record.answer->root == record.resource;
  if (writes_ ? !is_answer || record.answer->refused : is_answer && request_.interaction == Interaction::search)
    return false;
  return request_.interaction == Interaction::operation || request_.type == "*" || request_.type == type;
}

bool Word::leaves_open() const {
  return !given_ && (request_.type.empty() || is_about_somebody(request_.type) || includes_);
}

}  // namespace wardend::guard

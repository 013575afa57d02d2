#include "daemon/guard/word_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;

// A server passes over a parameter that its operation does not have, a chain above all, and answers for everybody.
bool says_for_whom(const fhir::FhirRequest& request) {
  return std::ranges::any_of(request.parameters, [](const fhir::QueryParameter& one) {
    const bool plain = one.chain.empty() && (one.modifier.empty() || one.modifier == "Patient");
    return plain && (one.name == "patient" || one.name == "subject");
  });
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
  const bool on_named = operates && found.led && request.type != "Schedule" && says_for_whom(request);
  given_ = writes_ || found.tie == Tie::bound || on_record || on_named;
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

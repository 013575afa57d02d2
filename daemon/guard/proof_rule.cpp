#include "daemon/guard/proof_rule.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

bool shapes(const fhir::QueryParameter& one) {
  return one.name == "_elements" || (one.name == "_summary" && one.value != "false") ||
         (one.name == "_count" && one.value == "0");
}

bool includes(const fhir::FhirRequest& request) {
  return std::ranges::any_of(request.parameters, [](const fhir::QueryParameter& one) {
    return one.name == "_include" || one.name == "_revinclude";
  });
}

// Types that R4 has outside of the compartment, and that no element of theirs leads to a patient.
bool is_about_somebody(std::string_view type) {
  return fhir::belonging_of(type) != fhir::Belonging::none && type != "Slot" && !type.starts_with("MedicinalProduct") &&
         !type.starts_with("Substance");
}

// Whether the answer says whose it is, and nothing else does.
bool rests_on_answer(const fhir::FhirRequest& request) {
  if (request.interaction == Interaction::batch || request.interaction == Interaction::transaction) return true;
  if (request.interaction == Interaction::operation) return request.reads || request.id.empty();
  return request.reads && request.interaction != Interaction::capabilities;
}

struct Record {
  const json* resource;
  std::string path;
  bool included = false;
};

std::string below_path(const std::string& path, std::string_view list, std::size_t at, std::string_view member) {
  std::string place = path.empty() ? std::string() : path + ".";
  return place.append(list) + "[" + std::to_string(at) + "]" + std::string(member);
}

// A record that the same Bundle has just made was judged before it went.
bool is_made(const json& entry) {
  const json* response = find_member(entry, "response");
  return response != nullptr && text_view_member(*response, "status").starts_with("201");
}

void add_entries(const Record& bundle, std::vector<Record>& todo) {
  std::size_t at = 0;
  for (const json& entry : list_member(*bundle.resource, "entry")) {
    const json* search = find_member(entry, "search");
    const bool included = search != nullptr && text_view_member(*search, "mode") == "include";
    const json* resource = find_member(entry, "resource");
    if (resource != nullptr && !is_made(entry))
      todo.push_back({resource, below_path(bundle.path, "entry", at, ".resource"), included});
    ++at;
  }
}

void add_parameters(const Record& parameters, const char* list, std::vector<Record>& todo) {
  std::size_t at = 0;
  for (const json& one : list_member(*parameters.resource, list)) {
    if (const json* resource = find_member(one, "resource"))
      todo.push_back({resource, below_path(parameters.path, list, at, ".resource")});
    if (find_member(one, "part") != nullptr) todo.push_back({&one, below_path(parameters.path, list, at, "")});
    ++at;
  }
}

// All of an answer that is a record, in Bundles and Parameters too, each before what is in it.
std::vector<Record> records_of(const json& answer) {
  std::vector<Record> todo;
  std::vector<Record> found;
  todo.push_back({&answer, {}});
  while (!todo.empty()) {
    const Record one = std::move(todo.back());
    todo.pop_back();
    const std::string_view type = text_view_member(*one.resource, "resourceType");
    const auto first = static_cast<std::ptrdiff_t>(todo.size());
    if (type == "Bundle")
      add_entries(one, todo);
    else if (type == "Parameters")
      add_parameters(one, "parameter", todo);
    else if (type.empty() && find_member(*one.resource, "part") != nullptr)
      add_parameters(one, "part", todo);
    else
      found.push_back(one);
    std::reverse(todo.begin() + first, todo.end());
  }
  return found;
}

bool is_subsetted(const json& resource) {
  const json* meta = find_member(resource, "meta");
  return meta != nullptr && std::ranges::any_of(list_member(*meta, "tag"), [](const json& tag) {
           return text_view_member(tag, "code") == "SUBSETTED";
         });
}

bool is_own(const Mention& mention, const Around& around) {
  const bool of_patient = mention.naming == Naming::patient || mention.naming == Naming::resource ||
                          mention.naming == Naming::by_identifier;
  return of_patient && !fault_of(mention, around);
}

bool names_patient(const json& resource, const Around& around) {
  if (text_view_member(resource, "resourceType") == "Patient")
    return around.facts.patient == text_view_member(resource, "id");
  bool named = false;
  static_cast<void>(fhir::first_refused(resource, around.facts.base, [&](const Mention& mention) {
    named = named || is_own(mention, around);
    return !named;
  }));
  return named && (!is_subsetted(resource) || !judge_subject(resource, around));
}

std::string key_of(std::string_view type, std::string_view id) { return std::string(type).append("/").append(id); }

std::string key_of(const json& resource) {
  return key_of(text_view_member(resource, "resourceType"), text_view_member(resource, "id"));
}

std::set<std::string> referred_by(const json& resource, const Facts& facts) {
  std::set<std::string> found;
  static_cast<void>(fhir::first_refused(resource, facts.base, [&](const Mention& mention) {
    if (mention.naming == Naming::record || mention.naming == Naming::encounter)
      found.insert(key_of(mention.type, mention.id));
    return true;
  }));
  return found;
}

// The first of `open` that no record of the patient refers to, and that refers to none.
const Record* first_alone(const std::vector<const Record*>& open, const std::vector<const Record*>& own,
                          const Facts& facts) {
  std::set<std::string> of_patient;
  std::set<std::string> referred;
  for (const Record* one : own) {
    of_patient.insert(key_of(*one->resource));
    referred.merge(referred_by(*one->resource, facts));
  }
  const auto alone = std::ranges::find_if(open, [&](const Record* one) {
    if (is_subsetted(*one->resource)) return true;
    return !referred.contains(key_of(*one->resource)) &&
           std::ranges::none_of(referred_by(*one->resource, facts),
                                [&](const std::string& key) { return of_patient.contains(key); });
  });
  return alone == open.end() ? nullptr : *alone;
}

}  // namespace

std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts) {
  const auto shaping = std::ranges::find_if(request.parameters, shapes);
  if (shaping == request.parameters.end()) return std::nullopt;
  const bool bound = tie_of_request(request, facts).tie == Tie::bound;
  const bool of_nobody = fhir::belonging_of(request.type) == fhir::Belonging::none;
  if ((bound || of_nobody) && !includes(request)) return std::nullopt;
  return rejected("with " + shaping->name +
                  " the answer does not say whose it is: leave it out and take the whole record, or search with "
                  "patient=ID and without _include");
}

std::optional<std::string> first_unsaid(const fhir::FhirRequest& request, const json& answer, const Facts& facts) {
  if (!rests_on_answer(request)) return std::nullopt;
  const bool bound = tie_of_request(request, facts).tie == Tie::bound;
  if (bound && !includes(request)) return std::nullopt;
  const Entries none;
  Referred referred(facts);
  const Around around{.facts = facts, .entries = none, .referred = referred};
  const std::vector<Record> records = records_of(answer);
  std::vector<const Record*> own;
  std::vector<const Record*> open;
  for (const Record& one : records) {
    const std::string_view type = text_view_member(*one.resource, "resourceType");
    const bool looked_for = bound && !one.included && (type == request.type || request.type == "*");
    if (looked_for || names_patient(*one.resource, around))
      own.push_back(&one);
    else if (is_about_somebody(type))
      open.push_back(&one);
  }
  if (open.empty()) return std::nullopt;
  const Record* alone = first_alone(open, own, facts);
  return alone == nullptr ? std::nullopt : std::optional(alone->path);
}

}  // namespace wardend::guard

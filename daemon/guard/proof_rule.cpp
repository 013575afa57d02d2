#include "daemon/guard/proof_rule.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/answer_records.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

// A number of entries, and no page without any.
bool is_count(std::string_view value) {
  return value.find_first_not_of("0123456789") == value.npos && value.find_first_not_of('0') != value.npos;
}

bool shapes(const fhir::QueryParameter& one) {
  return one.name == "_elements" || (one.name == "_summary" && one.value != "false") ||
         (one.name == "_count" && !is_count(one.value));
}

bool includes(const fhir::FhirRequest& request) {
  return std::ranges::any_of(request.parameters, [](const fhir::QueryParameter& one) {
    return one.name == "_include" || one.name == "_revinclude";
  });
}

bool writes_one(const fhir::FhirRequest& request) {
  return request.interaction == Interaction::create || request.interaction == Interaction::update ||
         request.interaction == Interaction::patch || request.interaction == Interaction::delete_;
}

// For which records something else than they themselves says that they are this patient's, as long as they do not name
// somebody else: what a request looks for that names the patient, and what a write wrote, which was judged before.
class Word {
 public:
  Word(const fhir::FhirRequest& request, const Facts& facts) : request_(request), includes_(includes(request)) {
    const SearchTie found = tie_of_request(request, facts);
    const bool operates = request.interaction == Interaction::operation;
    // Of an operation by POST on a record of a patient that record was judged; what it is on may be nobody's too.
    const bool on_record = operates && !request.reads && !request.id.empty() && is_about_somebody(request.type) &&
                           request.type != "Group" && request.type != "List" && request.type != "Bundle";
    given_ = writes_one(request) || found.tie == Tie::bound || on_record || (operates && found.led);
  }
  [[nodiscard]] bool given() const { return given_; }
  [[nodiscard]] bool covers(const AnswerRecord& record) const {
    const std::string_view type = text_view_member(*record.resource, "resourceType");
    if (!fhir::is_resource_type(type) || record.in != nullptr) return false;
    if (record.made) return true;
    if (!given_ || record.included || (includes_ && !record.found)) return false;
    return request_.interaction == Interaction::operation || request_.type == "*" || request_.type == type;
  }

 private:
  const fhir::FhirRequest& request_;
  bool includes_;
  bool given_ = false;
};

bool is_subsetted(const json& resource) {
  const json* meta = find_member(resource, "meta");
  return meta != nullptr && std::ranges::any_of(list_member(*meta, "tag"), [](const json& tag) {
           return text_view_member(tag, "code") == "SUBSETTED";
         });
}

std::string key_of(std::string_view type, std::string_view id) { return std::string(type).append("/").append(id); }

std::string key_of(const json& resource) {
  return key_of(text_view_member(resource, "resourceType"), text_view_member(resource, "id"));
}

// The records of an answer by what they say, each list in the answer's order.
struct Sorted {
  std::vector<const AnswerRecord*> own = {};
  std::vector<const AnswerRecord*> silent = {};   // they may be anybody's, unless this patient's lead to them
  std::vector<const AnswerRecord*> nobodys = {};  // of a rota, a practitioner
};

std::set<std::string> referred_by(const json& resource, const Facts& facts) {
  std::set<std::string> found;
  static_cast<void>(fhir::first_refused(resource, facts.base, [&](const Mention& mention) {
    if (mention.naming == Naming::record || mention.naming == Naming::encounter)
      found.insert(key_of(mention.type, mention.id));
    return true;
  }));
  return found;
}

// The records that this patient's lead to, over others that are nobody's. In a batch the app has chosen what stands
// beside what, and what an app writes into a record of the patient is no word on anything but a device.
std::set<const AnswerRecord*> led_to(const fhir::FhirRequest& request, const Sorted& records, const Facts& facts) {
  std::multimap<std::string, const AnswerRecord*, std::less<>> open;
  for (const AnswerRecord* one : records.nobodys) open.emplace(key_of(*one->resource), one);
  for (const AnswerRecord* one : records.silent)
    if (may_be_nobodys(text_view_member(*one->resource, "resourceType")) && !is_subsetted(*one->resource))
      open.emplace(key_of(*one->resource), one);
  std::set<const AnswerRecord*> reached;
  if (request.interaction == Interaction::batch || request.interaction == Interaction::transaction) return reached;
  std::vector<const AnswerRecord*> todo = records.own;
  for (std::size_t at = 0; at < todo.size() && !open.empty(); ++at)
    for (const std::string& key : referred_by(*todo[at]->resource, facts)) {
      const auto [first, last] = open.equal_range(key);
      for (auto led = first; led != last; ++led) todo.push_back(led->second);
      open.erase(first, last);
    }
  reached.insert(todo.begin(), todo.end());
  return reached;
}

// The first record that says nobody, is not about a record of the patient's, and to which none of these leads.
const AnswerRecord* first_alone(const fhir::FhirRequest& request, Sorted records, const Facts& facts) {
  std::set<std::string, std::less<>> of_patient;
  for (const AnswerRecord* one : records.own)
    if (!one->inner) of_patient.insert(key_of(*one->resource));
  const auto is_about_own = [&](const AnswerRecord* one) {
    return !is_subsetted(*one->resource) &&
           std::ranges::any_of(records_about(*one->resource, facts.base),
                               [&](const std::string& key) { return of_patient.contains(key); });
  };
  std::ranges::copy_if(std::vector(records.silent), std::back_inserter(records.own), is_about_own);
  const auto reached = led_to(request, records, facts);
  const auto alone = std::ranges::find_if(
      records.silent, [&](const AnswerRecord* one) { return !reached.contains(one) && !is_about_own(one); });
  return alone == records.silent.end() ? nullptr : *alone;
}

// What counts records of anybody. Those about nobody are no secret.
bool tells_by_count(const fhir::FhirRequest& request, const Word& word) {
  return !word.given() && (request.type.empty() || is_about_somebody(request.type) || includes(request));
}

// What an operation answers without a record, but for terminology, is of whomever it was asked for.
bool tells_by_values(const fhir::FhirRequest& request, const json& answer) {
  if (request.interaction != Interaction::operation || request.type == "CodeSystem" || request.type == "ValueSet" ||
      request.type == "ConceptMap")
    return false;
  std::vector<const json*> todo = {&answer};
  while (!todo.empty()) {
    const json& one = *todo.back();
    todo.pop_back();
    for (const char* list : {"parameter", "part"})
      for (const json& parameter : list_member(one, list)) {
        if (!parameter.is_object()) continue;
        for (const auto& [name, value] : parameter.items())
          if (name.starts_with("value")) return true;
        todo.push_back(&parameter);
      }
  }
  return false;
}

}  // namespace

std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts) {
  const auto shaping = std::ranges::find_if(request.parameters, shapes);
  if (shaping == request.parameters.end()) return std::nullopt;
  const bool bound = tie_of_request(request, facts).tie == Tie::bound;
  if ((bound || !is_about_somebody(request.type)) && !includes(request)) return std::nullopt;
  return rejected("with " + shaping->name +
                  " the answer does not say whose it is: leave it out and take the whole record, or search with "
                  "patient=ID and without _include");
}

std::optional<Unproved> first_unproved(const fhir::FhirRequest& request, const json& answer, const Facts& facts) {
  const bool of_server = request.interaction == Interaction::capabilities;
  const bool by_id = request.interaction == Interaction::history && !request.id.empty();  // versions of one record
  const Entries none;
  Referred referred(facts, {}, Referred::Asks::later);
  const Word word(request, facts);
  const AnswerRecords records = records_of(request, answer, facts);
  if (!records.too_deep.empty()) return Unproved{.path = records.too_deep};
  Sorted sorted;
  std::set<const json*> proved;
  const AnswerRecord* unclear = nullptr;
  for (const AnswerRecord& one : records.found) {
    if (of_server && &one == records.found.data()) continue;  // what a server says of itself need be no resource
    const Around around{.facts = facts, .entries = one.entries == nullptr ? none : *one.entries, .referred = referred};
    Whose said = whose(*one.resource, around);
    if (one.elsewhere && said != Whose::nobodys) said = Whose::foreign;
    if (said == Whose::foreign) return Unproved{.path = one.path, .foreign = true};
    // What is contained belongs to the record that it stands in, and is no proof of that one.
    const bool belongs = one.in != nullptr && proved.contains(one.in) &&
                         fhir::is_resource_type(text_view_member(*one.resource, "resourceType"));
    if (said == Whose::nobodys) {
      sorted.nobodys.push_back(&one);
    } else if (said == Whose::own || belongs || word.covers(one)) {
      if (one.in == nullptr || belongs) sorted.own.push_back(&one);
      proved.insert(one.resource);
    } else if (said == Whose::silent) {
      sorted.silent.push_back(&one);
    } else if (unclear == nullptr) {
      unclear = &one;
    }
  }
  if (unclear != nullptr) return Unproved{.path = unclear->path};
  if (const AnswerRecord* alone = sorted.silent.empty() ? nullptr : first_alone(request, sorted, facts))
    return Unproved{.path = alone->path};
  if (!records.counts.empty() && tells_by_count(request, word) && !(by_id && !sorted.own.empty()))
    return Unproved{.path = records.counts.front()};
  if (tells_by_values(request, answer) && !word.given()) return Unproved{.path = "parameter"};
  return std::nullopt;
}

}  // namespace wardend::guard

#include "daemon/guard/proof_rule.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_members.hpp"
#include "daemon/guard/answer_records.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/word_rule.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/references.hpp"
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

// Where a record stands, and what it is called there.
using Place = std::pair<const Answer*, std::string>;
Place place_of(const AnswerRecord& record) { return {record.answer, key_of(*record.resource)}; }

// The records of an answer by what they say, each list in the answer's order.
struct Sorted {
  std::vector<const AnswerRecord*> own = {};
  std::vector<const AnswerRecord*> silent = {};   // they may be anybody's, unless this patient's lead to them
  std::vector<const AnswerRecord*> nobodys = {};  // of a rota, a practitioner
  std::set<const Document*> own_documents = {};   // a record in them is this patient's
  std::set<const Answer*> own_answers = {};       // the same of an answer
  std::optional<Doubt> doubt = {};                // one that nothing shows to be this patient's
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
// beside what, so that none leads from one answer into another; and what an app writes into a record of the patient is
// no word on anything but a device.
std::set<const AnswerRecord*> led_to(const Sorted& records, const Facts& facts) {
  std::multimap<Place, const AnswerRecord*> open;
  for (const AnswerRecord* one : records.nobodys) open.emplace(place_of(*one), one);
  for (const AnswerRecord* one : records.silent)
    if (may_be_nobodys(text_view_member(*one->resource, "resourceType")) && !is_subsetted(*one->resource))
      open.emplace(place_of(*one), one);
  std::vector<const AnswerRecord*> todo = records.own;
  for (std::size_t at = 0; at < todo.size() && !open.empty(); ++at)
    for (const std::string& key : referred_by(*todo[at]->resource, facts)) {
      const auto [first, last] = open.equal_range(Place(todo[at]->answer, key));
      for (auto led = first; led != last; ++led) todo.push_back(led->second);
      open.erase(first, last);
    }
  return {todo.begin(), todo.end()};
}

// The first record that says nobody, is not about a record of the patient's, and to which none of these leads.
const AnswerRecord* first_alone(Sorted records, const Facts& facts) {
  std::set<std::string, std::less<>> of_patient;
  for (const AnswerRecord* one : records.own)
    if (!one->inner) of_patient.insert(key_of(*one->resource));
  const auto is_about_own = [&](const AnswerRecord* one) {
    return !is_subsetted(*one->resource) &&
           std::ranges::any_of(records_about(*one->resource, facts.base),
                               [&](const std::string& key) { return of_patient.contains(key); });
  };
  std::ranges::copy_if(std::vector(records.silent), std::back_inserter(records.own), is_about_own);
  const auto reached = led_to(records, facts);
  const auto alone = std::ranges::find_if(
      records.silent, [&](const AnswerRecord* one) { return !reached.contains(one) && !is_about_own(one); });
  return alone == records.silent.end() ? nullptr : *alone;
}

Doubt doubt_of(const AnswerRecord& record, Unproved what = Unproved::unsaid) {
  return {.what = what, .path = record.path, .type = text_member(*record.resource, "resourceType")};
}

// Whose a record says that it is, where it stands. `own`: those before it that say that they are this patient's.
Whose whose(const AnswerRecord& record, const std::set<const json*>& own, const Facts& facts, Referred& referred) {
  static const Entries none;
  const Around around{
      .facts = facts, .entries = record.document == nullptr ? none : record.document->entries, .referred = referred};
  const bool patient = text_view_member(*record.resource, "resourceType") == "Patient";
  const bool copy = record.in != nullptr && patient;
  const bool of_source = copy && own.contains(record.in) && source_in(*record.in, facts) == record.resource;
  if (copy) return of_source ? Whose::nobodys : Whose::foreign;
  // A document from elsewhere keeps its source's ids.
  if (record.document != nullptr && patient && has_foreign_number(*record.resource, facts)) return Whose::foreign;
  const Whose said = whose(*record.resource, around);
  if (said == Whose::own && record.document != nullptr && record.document->is_of_unknown) return Whose::unclear;
  return record.elsewhere && said != Whose::nobodys ? Whose::foreign : said;
}

Sorted sorted(const AnswerRecords& records, Words& words, const Facts& facts) {
  Referred referred(facts, {}, Referred::Asks::later);
  Sorted found;
  std::set<const json*> own, proved;
  for (const AnswerRecord& one : records.found) {
    // What a server says of itself need be no resource.
    if (one.resource == one.answer->root && is_of_server(*one.resource, *one.answer->asked)) continue;
    const Whose said = whose(one, own, facts, referred);
    if (said == Whose::own) own.insert(one.resource);
    // A contained record belongs to the record around it, and proves nothing for that one.
    const bool belongs = one.in != nullptr && proved.contains(one.in) &&
                         fhir::is_resource_type(text_view_member(*one.resource, "resourceType"));
    if (said == Whose::foreign) {
      found.doubt = doubt_of(one, Unproved::foreign);
      return found;
    }
    if (said == Whose::nobodys) {
      found.nobodys.push_back(&one);
    } else if (said == Whose::own || belongs || words.of(*one.answer).covers(one)) {
      if (one.in == nullptr || belongs) found.own.push_back(&one);
      found.own_answers.insert(one.answer);
      for (const Document* in = one.document; in != nullptr && one.in == nullptr; in = in->self.document)
        found.own_documents.insert(in);
      proved.insert(one.resource);
    } else if (said == Whose::silent) {
      found.silent.push_back(&one);
    } else if (!found.doubt) {
      found.doubt = doubt_of(one);
    }
  }
  return found;
}

// The first stored Bundle in which no record says that it is this patient's.
const AnswerRecord* first_of_nobody(const AnswerRecords& records, const Sorted& sorted, Words& words) {
  for (const Document& one : records.documents)
    if (one.self.document == nullptr && !sorted.own_documents.contains(&one) &&
        !words.of(*one.self.answer).covers(one.self))
      return &one.self;
  return nullptr;
}

// The address says more than the type that was asked for.
bool names_record(std::string_view address, const fhir::FhirRequest& asked) {
  return !address.empty() && address != asked.type && !address.ends_with("/" + asked.type);
}

// In the history of one record an entry that shows none is another one's by its name, or by what was asked then.
bool is_of_another(const AnswerRecords::Told& told) {
  const fhir::FhirRequest& asked = *told.answer->asked;
  if (told.entry == nullptr || asked.interaction != Interaction::history || asked.id.empty()) return false;
  const auto elsewhere = [&](const json* in, const char* member) {
    const std::string_view told_of = in == nullptr ? std::string_view() : text_view_member(*in, member);
    const std::string_view address = told_of.substr(0, told_of.find('?'));
    return names_record(address, asked) && !address.starts_with("urn:") &&
           !fhir::leads_to(address, asked.type, asked.id);
  };
  return elsewhere(told.entry, "fullUrl") || elsewhere(find_member(*told.entry, "request"), "url") ||
         elsewhere(find_member(*told.entry, "response"), "location");
}

// Versions of one record are counted that is known.
bool shows_versions(const Answer& answer, const Sorted& records) {
  return answer.asked->interaction == Interaction::history && !answer.asked->id.empty() &&
         records.own_answers.contains(&answer);
}

bool is_resource(const json& value) { return value.is_object() && !text_view_member(value, "resourceType").empty(); }

// The members that say nothing of anybody: what the whole is, or what a parameter is called. Resources are judged.
bool is_frame(std::string_view name, const json& value, bool outermost) {
  if (!outermost) return name == "name" ? value.is_string() : name == "resource" && is_resource(value);
  if (name == "contained") return value.is_array() && std::ranges::all_of(value, is_resource);
  return name == "id" || name == "meta" || name == "resourceType";
}

// What an operation answers without a record, but for terminology, is of whomever it was asked for.
bool tells_by_values(const Answer& answer) {
  const fhir::FhirRequest& request = *answer.asked;
  if (answer.root == nullptr || request.interaction != Interaction::operation || is_terminology(request.type))
    return false;
  if (!answer.root->is_object()) return true;
  if (text_view_member(*answer.root, "resourceType") != "Parameters") return false;
  std::vector<const json*> todo = {answer.root};
  while (!todo.empty()) {
    const json& one = *todo.back();
    todo.pop_back();
    for (const auto& [name, value] : one.items()) {
      if (name == "parameter" || name == "part") {
        if (!value.is_array()) return true;
        for (const json& parameter : value) {
          if (!parameter.is_object()) return true;
          todo.push_back(&parameter);
        }
      } else if (!is_frame(name, value, &one == answer.root)) {
        return true;
      }
    }
  }
  return false;
}

// A Bundle of writes may be answered with nothing.
bool asks_for_records(const fhir::FhirRequest& bundle) {
  return bundle.entries == nullptr ||
         std::ranges::any_of(*bundle.entries, [](const fhir::FhirRequest& one) { return one.reads; });
}

// As a server answers that has merged two records, or mistakes one for another. Of a write the address where it was put
// is the record's too, also where nothing else is shown.
bool is_other_record(const Answer& answer) {
  const fhir::FhirRequest& asked = *answer.asked;
  const bool reads = asked.interaction == Interaction::read || asked.interaction == Interaction::vread;
  const bool writes = writes_one(asked);
  if (!reads && !writes) return false;
  const bool shows = answer.root != nullptr && !answer.refused;
  const std::string_view type = shows ? text_view_member(*answer.root, "resourceType") : std::string_view();
  const std::string_view id = type == asked.type ? text_view_member(*answer.root, "id") : std::string_view(asked.id);
  const bool known = !answer.refused || !asked.id.empty();
  const auto elsewhere = [&](std::string_view address) {
    return names_record(address, asked) && !(known && fhir::leads_to(address, asked.type, id));
  };
  const std::string_view name = answer.name.starts_with("urn:") ? std::string_view() : answer.name;
  if (writes && (elsewhere(answer.location) || elsewhere(name))) return true;
  if (!shows || (type == "OperationOutcome" && (writes || !answer.path.empty()))) return false;
  return type != asked.type || (!asked.id.empty() && id != asked.id);
}

}  // namespace

std::optional<Error> shape_fault(const fhir::FhirRequest& request, const Facts& facts) {
  const auto shaping = std::ranges::find_if(request.parameters, shapes);
  if (shaping == request.parameters.end()) return std::nullopt;
  const bool bound = tie_of_request(request, facts).tie == Tie::bound;
  if ((bound || !is_about_somebody(request.type)) && !has_includes(request)) return std::nullopt;
  return rejected("with " + shaping->name +
                  " the answer does not say whose it is: leave it out and take the whole record, or search with "
                  "patient=ID and without _include");
}

std::optional<Doubt> first_doubt(const fhir::FhirRequest& request, const json& answer, const Facts& facts,
                                 std::string_view location) {
  const AnswerRecords records = records_of(request, answer, facts, location);
  if (!records.too_deep.empty()) return Doubt{.what = Unproved::too_deep, .path = records.too_deep};
  Words words(facts);
  const Sorted by_word = sorted(records, words, facts);
  if (by_word.doubt) return by_word.doubt;
  if (records.unpaired && (asks_for_records(request) || !list_member(answer, "entry").empty()))
    return Doubt{.what = Unproved::unpaired, .path = "entry"};
  if (const AnswerRecord* alone = by_word.silent.empty() ? nullptr : first_alone(by_word, facts))
    return doubt_of(*alone);
  if (const AnswerRecord* document = first_of_nobody(records, by_word, words)) return doubt_of(*document);
  for (const AnswerRecords::Told& told : records.counts)
    if (is_of_another(told) || (words.of(*told.answer).leaves_open() && !shows_versions(*told.answer, by_word)))
      return Doubt{.what = Unproved::counted, .path = told.path};
  for (const Answer& one : records.answers)
    if (tells_by_values(one) && !words.of(one).given())
      return Doubt{.what = Unproved::valued, .path = one.path.empty() ? "parameter" : one.path + ".parameter"};
  const auto other = std::ranges::find_if(records.answers, is_other_record);
  if (other == records.answers.end()) return std::nullopt;
  return Doubt{.what = Unproved::other_record, .path = other->path.empty() ? "id" : other->path + ".id"};
}

}  // namespace wardend::guard

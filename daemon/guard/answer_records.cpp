#include "daemon/guard/answer_records.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"
#include "base/json_path.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

// A resource of a resource of Parameters. Each is looked through whole, so that deeper ones would be looked through as
// often as they are deep.
constexpr unsigned most_records_deep = 4;

std::string_view status_of(const json& entry) {
  const json* response = find_member(entry, "response");
  return response == nullptr ? std::string_view() : text_view_member(*response, "status");
}

std::string_view mode_of(const json& entry) {
  const json* search = find_member(entry, "search");
  return search == nullptr ? std::string_view() : text_view_member(*search, "mode");
}

// The version of a record, its date or its address: without the record nobody can say whose it is.
bool tells_of_record(const json& entry) {
  const json* response = find_member(entry, "response");
  if (response == nullptr) return false;
  const bool named = std::ranges::any_of(std::initializer_list<const char*>{"etag", "lastModified", "location"},
                                         [&](const char* name) { return find_member(*response, name) != nullptr; });
  return named || text_view_member(*response, "status").starts_with("304");
}

bool shows_record(const json& entry) {
  const json* resource = find_member(entry, "resource");
  return resource != nullptr && resource->is_object();
}

// A server that says "outcome" and nothing else.
bool is_bare_outcome(const json& entry) { return mode_of(entry) == "outcome" && entry.size() == 1; }

// A sentence of the server's under the address or the version of a record.
bool names_other(const json& entry, const fhir::BaseUrl& base) {
  if (text_view_member(*find_member(entry, "resource"), "resourceType") != "OperationOutcome") return false;
  const auto name = fhir::read_reference(text_view_member(entry, "fullUrl"), base);
  return tells_of_record(entry) || (name.form == fhir::ReferenceForm::here && name.type != "OperationOutcome");
}

bool is_error(std::string_view status) { return status.starts_with('4') || status.starts_with('5'); }

bool is_elsewhere(const json& entry, const fhir::BaseUrl& base) {
  const json* name = find_member(entry, "fullUrl");
  if (name == nullptr) return false;
  return !name->is_string() ||
         fhir::read_reference(name->get_ref<const std::string&>(), base).form == fhir::ReferenceForm::elsewhere;
}

// Whether a Patient in a stored Bundle has this patient's id alone, where the name of its entry is not this server's.
bool names_unknown(const json& bundle, const Facts& facts) {
  return std::ranges::any_of(list_member(bundle, "entry"), [&](const json& entry) {
    const json* resource = find_member(entry, "resource");
    if (resource == nullptr || text_view_member(*resource, "resourceType") != "Patient") return false;
    const auto name = fhir::read_reference(text_view_member(entry, "fullUrl"), facts.base);
    const bool of_server = name.form == fhir::ReferenceForm::here && name.type == "Patient";
    return !of_server && facts.patient == text_view_member(*resource, "id") && !has_own_number(*resource, facts);
  });
}

// A Bundle that the server has made for its answer, where a fullUrl may be written as some other front of the server
// has it. Each other one is a record: a document, a message, a collection.
bool is_made_for_answer(const json& bundle) {
  const std::string_view type = text_view_member(bundle, "type");
  return type.empty() || type == "searchset" || type == "history" || type == "batch-response" ||
         type == "transaction-response";
}

bool is_page(const json& bundle) {
  return std::ranges::any_of(list_member(bundle, "link"), [](const json& link) {
    const std::string_view relation = text_view_member(link, "relation");
    return relation == "next" || relation == "previous" || relation == "prev" || relation == "first" ||
           relation == "last";
  });
}

bool has_entries_alone(const json& bundle) {
  return std::ranges::all_of(list_member(bundle, "entry"), [](const json& entry) { return entry.is_object(); });
}

// More than it shows: of a page that shows none, and of what has no pages. What is no entry may name anything.
bool counts_unseen(const json& bundle) {
  if (!has_entries_alone(bundle)) return true;
  const json* total = find_member(bundle, "total");
  if (total == nullptr || total->is_null()) return false;
  const auto shown = std::ranges::count_if(list_member(bundle, "entry"), [](const json& entry) {
    return mode_of(entry) != "include" && mode_of(entry) != "outcome";
  });
  if (total->is_number_unsigned() && total->get<std::uint64_t>() <= static_cast<std::uint64_t>(shown)) return false;
  return shown == 0 || !is_page(bundle);
}

// Without recursion: one frame an open list or object.
class Taking {
 public:
  Taking(const fhir::FhirRequest& request, const json& answer, const Facts& facts, std::string_view location)
      : request_(request), facts_(facts) {
    settings_.emplace_back().like.answer =
        &records_.answers.emplace_back(Answer{.asked = &request, .root = &answer, .location = location});
    const bool sends_bundle =
        request.interaction == fhir::Interaction::batch || request.interaction == fhir::Interaction::transaction;
    answers_bundle_ = sends_bundle && text_view_member(answer, "resourceType") == "Bundle";
    const std::size_t sent = request.entries == nullptr ? 0 : request.entries->size();
    const auto& entries = list_member(answer, "entry");
    records_.unpaired = answers_bundle_ && (entries.size() != sent || !has_entries_alone(answer));
    if (answer.is_array()) records_.found.push_back({.resource = &answer, .answer = settings_.front().like.answer});
    enter(answer, {}, {.setting = 0});
  }

  AnswerRecords run() {
    while (!open_.empty()) {
      Frame& frame = open_.back();
      if (frame.next == frame.node->end())
        open_.pop_back();
      else
        step(frame);
    }
    return std::move(records_);
  }

 private:
  // What holds for all in it.
  struct Setting {
    const json* record = nullptr;  // the innermost one
    unsigned records = 0;          // that it stands in
    bool entries_next = false;     // of a Bundle
    bool listed = false;           // an entry of what the server has made for the answer
    AnswerRecord like = {};        // without its own resource and path
  };
  struct Frame {
    const json* node;
    json::const_iterator next;  // behind the one that is being read
    std::string_view name;      // of the member that it is, or its list is
    std::size_t setting;
  };
  struct Place {
    std::size_t setting;
    bool contained = false;
    bool holds = false;  // a resource, whatever it says
  };

  void step(Frame& frame) {
    const auto at = frame.next++;
    if (!at->is_structured()) return;
    const bool in_object = frame.node->is_object();
    const std::string_view name = in_object ? std::string_view(at.key()) : frame.name;
    if (name == "entry" && settings_[frame.setting].entries_next && at->is_object())
      return enter(*at, name, {.setting = in_entry(*at, frame.setting)});
    const bool holds =
        name == "resource" && in_object && (frame.name == "entry" || frame.name == "parameter" || frame.name == "part");
    enter(*at, name, {.setting = frame.setting, .contained = name == "contained", .holds = holds});
  }

  // An entry of the answer for an entry of the Bundle that was sent.
  void begin_answer(const json& entry, Setting& setting) {
    const std::size_t at = records_.answers.size() - 1;
    const bool paired = !records_.unpaired && request_.entries != nullptr && at < request_.entries->size();
    const json* response = find_member(entry, "response");
    const Answer& answer = records_.answers.emplace_back(
        Answer{.asked = paired ? &(*request_.entries)[at] : &request_,
               .root = find_member(entry, "resource"),
               .path = json_path(open_) + ".resource",
               .location = response == nullptr ? std::string_view() : text_view_member(*response, "location"),
               .name = text_view_member(entry, "fullUrl"),
               .refused = is_error(status_of(entry))});
    setting.like.answer = &answer;
    const bool is_other = answer.root != nullptr && !answer.root->is_null();  // a text, a list
    if (answer.asked->reads && !shows_record(entry) && (is_other || tells_of_record(entry)))
      records_.counts.push_back({.path = json_path(open_) + ".response", .answer = &answer});
  }

  std::size_t in_entry(const json& entry, std::size_t bundle) {
    Setting& setting = settings_.emplace_back(Setting(settings_[bundle]));
    setting.entries_next = false;
    if (answers_bundle_ && open_.size() == 2) {
      begin_answer(entry, setting);
      return settings_.size() - 1;
    }
    setting.listed = true;
    // A list names what it does not show: a version that was deleted, a record by its address.
    const bool of_answer = setting.like.document == nullptr;
    const bool shows = shows_record(entry) ? !names_other(entry, facts_.base) : is_bare_outcome(entry);
    if (of_answer && !shows) records_.counts.push_back({json_path(open_), setting.like.answer, &entry});
    setting.like.included = mode_of(entry) == "include";
    setting.like.found = mode_of(entry) == "match";
    setting.like.elsewhere =
        setting.like.elsewhere || (setting.like.document != nullptr && is_elsewhere(entry, facts_.base));
    return settings_.size() - 1;
  }

  [[nodiscard]] bool is_answer(const json& node, const Setting& setting) const {
    return setting.like.answer->root == &node;
  }

  std::size_t in_bundle(const json& bundle, std::size_t around) {
    Setting& setting = settings_.emplace_back(Setting(settings_[around]));
    const fhir::FhirRequest& asked = *setting.like.answer->asked;
    const bool read = is_answer(bundle, setting) && asked.type == "Bundle" && !asked.id.empty();
    setting.entries_next = true;
    if (read || setting.listed || !is_made_for_answer(bundle)) {
      Document& document = records_.documents.emplace_back(Document{.self = setting.like});
      document.self.resource = &bundle;
      document.self.path = json_path(open_);
      document.is_of_unknown = names_unknown(bundle, facts_);
      // A name that two entries have leads to neither of them.
      if (auto entries = entries_of(bundle, facts_.base)) document.entries = std::move(*entries);
      setting.like.document = &document;
    }
    if (counts_unseen(bundle))
      records_.counts.push_back(
          {.path = json_path(open_) + (open_.empty() ? "total" : ".total"), .answer = setting.like.answer});
    return settings_.size() - 1;
  }

  std::size_t in_record(const json& record, const Place& place) {
    Setting& setting = settings_.emplace_back(Setting(settings_[place.setting]));
    if (++setting.records > most_records_deep && records_.too_deep.empty()) records_.too_deep = json_path(open_);
    AnswerRecord& one = records_.found.emplace_back(setting.like);
    one.in = place.contained ? setting.record : nullptr;
    one.inner = setting.record != nullptr || one.document != nullptr;
    one.resource = &record;
    one.path = json_path(open_);
    setting.record = &record;
    setting.entries_next = false;
    return settings_.size() - 1;
  }

  // The Parameters that an operation is answered with are none; others are a record like each other one.
  void enter(const json& node, std::string_view name, Place place) {
    if (node.is_object()) {
      const json* type = find_member(node, "resourceType");
      const Setting& setting = settings_[place.setting];
      const bool operates = setting.like.answer->asked->interaction == fhir::Interaction::operation;
      const bool parameters = type != nullptr && *type == "Parameters" && operates && is_answer(node, setting);
      if (type != nullptr && *type == "Bundle")
        place.setting = in_bundle(node, place.setting);
      else if (!parameters && (type != nullptr || place.holds || open_.empty()))
        place.setting = in_record(node, place);
    }
    open_.push_back({&node, node.begin(), name, place.setting});
  }

  const fhir::FhirRequest& request_;
  const Facts& facts_;
  bool answers_bundle_ = false;  // each entry of the answer is one for an entry of the Bundle that was sent
  std::vector<Frame> open_;
  std::vector<Setting> settings_;  // of all that was entered
  AnswerRecords records_;
};

}  // namespace

AnswerRecords records_of(const fhir::FhirRequest& request, const json& answer, const Facts& facts,
                         std::string_view location) {
  return Taking(request, answer, facts, location).run();
}

}  // namespace wardend::guard

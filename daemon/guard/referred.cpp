#include "daemon/guard/referred.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/json_members.hpp"
#include "base/scope_exit.hpp"
#include "daemon/guard/staff_rule.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/compartment.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

bool names(const Wanted& wanted, std::string_view type, std::string_view id) {
  return wanted.type == type && wanted.id == id;
}

}  // namespace

// What a Provenance is about is read as well, and no further: one of a Provenance is not followed.
Referred::Standing Referred::standing_by_subject(const json& record) {
  const bool about_records = fhir::is_about_records(text_view_member(record, "resourceType"));
  if (about_records && follows_) return Standing::foreign;
  const ScopeExit leave([this, before = follows_] { follows_ = before; });
  follows_ = follows_ || about_records;
  const Entries none;
  const std::size_t wanted = wanted_.size();
  const auto fault = judge_subject(record, {.facts = facts_, .entries = none, .referred = *this});
  if (wanted_.size() > wanted) return Standing::unread;
  return fault ? Standing::foreign : Standing::own;
}

// A record that names nobody is somebody's where a record that it names is: that one is read as well, and no further.
Referred::Standing Referred::standing_by_mentions(const json& record) {
  const ScopeExit leave([this, before = follows_] { follows_ = before; });
  const bool follows = !std::exchange(follows_, true);
  const std::size_t wanted = wanted_.size();
  const auto is_nobodys = [&](const fhir::Mention& mention) {
    if (mention.naming != fhir::Naming::record) return !is_foreign(mention, facts_);
    const Standing standing = follows ? of(mention.type, mention.id) : Standing::foreign;
    return standing == Standing::own || standing == Standing::nobodys || standing == Standing::absent ||
           standing == Standing::unread;
  };
  if (fhir::first_refused(record, facts_.base, is_nobodys)) return Standing::foreign;
  return wanted_.size() > wanted ? Standing::unread : Standing::nobodys;
}

Referred::Standing Referred::standing_of(const Target& target) {
  if (target.gone) return Standing::foreign;
  if (target.resource == nullptr) return Standing::absent;
  const json& record = *target.resource;
  if (text_view_member(record, "resourceType") != target.type || text_view_member(record, "id") != target.id)
    return Standing::foreign;
  if (says_whose(record, facts_.base) && !is_of_staff(record, facts_)) return standing_by_subject(record);
  // A device or a slot may be nobody's. What is about a patient and does not say about whom, as a Binary or a Task, is
  // not this one's: to refer to it would make it so.
  if (const Standing found = standing_by_mentions(record); found != Standing::nobodys) return found;
  const bool nobodys = may_be_nobodys(target.type) || is_of_staff(record, facts_);
  return nobodys ? Standing::nobodys : Standing::unsaid;
}

Referred::Standing Referred::of(std::string_view type, std::string_view id) {
  for (std::size_t at = 0; at < read_.size(); ++at) {
    if (read_[at].type != type || read_[at].id != id) continue;
    if (standing_[at]) return *standing_[at];
    const Standing standing = standing_of(read_[at]);
    // What was judged without a step further may be judged otherwise where it is named itself.
    if (standing != Standing::unread && !follows_) standing_[at] = standing;
    return standing;
  }
  const auto is_it = [&](const Wanted& wanted) { return names(wanted, type, id); };
  if (std::ranges::any_of(wanted_, is_it)) return Standing::unread;
  if (asks_ == Asks::later) return Standing::unread;
  if (read_.size() + wanted_.size() >= most_targets) return Standing::too_many;
  wanted_.push_back({std::string(type), std::string(id)});
  return Standing::unread;
}

Referred::Standing Referred::brought(std::string_view type, std::string_view id) {
  const auto is_it = [&](const Wanted& wanted) { return names(wanted, type, id); };
  return std::ranges::any_of(kept_, is_it) ? Standing::own : of(type, id);
}

void Referred::note(const json& stored) {
  static_cast<void>(fhir::first_refused(stored, facts_.base, [&](const fhir::Mention& mention) {
    if (!mention.type.empty()) kept_.push_back({std::string(mention.type), std::string(mention.id)});
    return true;
  }));
}

}  // namespace wardend::guard

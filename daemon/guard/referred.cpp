#include "daemon/guard/referred.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_members.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "protocol/fhir/compartment.hpp"

namespace wardend::guard {
namespace {

using fhir::Belonging;
using nlohmann::json;

bool names(const Wanted& wanted, std::string_view type, std::string_view id) {
  return wanted.type == type && wanted.id == id;
}

}  // namespace

Referred::Standing Referred::standing_of(const Target& target) const {
  if (target.resource == nullptr) return Standing::absent;
  const json& record = *target.resource;
  if (text_view_member(record, "resourceType") != target.type || text_view_member(record, "id") != target.id)
    return Standing::foreign;
  if (says_whose(record)) {
    const Entries none;
    Referred further(facts_);
    const bool own = !judge_subject(record, {.facts = facts_, .entries = none, .referred = further});
    return own && further.wanted().empty() ? Standing::own : Standing::foreign;
  }
  // A device or a slot may be nobody's. What must be about a patient and does not say about whom is not this one's.
  const bool nobodys = fhir::belonging_of(target.type) != Belonging::patient;
  const auto other = fhir::first_refused(record, facts_.base,
                                         [&](const fhir::Mention& mention) { return !is_foreign(mention, facts_); });
  return nobodys && !other ? Standing::nobodys : Standing::foreign;
}

Referred::Standing Referred::of(std::string_view type, std::string_view id) {
  for (std::size_t at = 0; at < read_.size(); ++at) {
    if (read_[at].type != type || read_[at].id != id) continue;
    if (!standing_[at]) standing_[at] = standing_of(read_[at]);
    return *standing_[at];
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

void Referred::keep(const json& stored) {
  static_cast<void>(fhir::first_refused(stored, facts_.base, [&](const fhir::Mention& mention) {
    if (!mention.type.empty()) kept_.push_back({std::string(mention.type), std::string(mention.id)});
    return true;
  }));
}

}  // namespace wardend::guard

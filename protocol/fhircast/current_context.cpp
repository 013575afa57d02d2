#include "protocol/fhircast/current_context.hpp"

#include <utility>

namespace wardend::fhircast {
namespace {

constexpr std::chrono::minutes most_ahead{1};

// An id counts within its kind. nullopt: the event has none, and can be told from no other.
std::optional<std::string> key_of(const HubEvent& event) {
  if (!event.id) return std::nullopt;
  return std::string(name_of(event.kind)) + " " + *event.id;
}

EventKind open_of(EventKind close) {
  if (close == EventKind::encounter_close) return EventKind::encounter_open;
  if (close == EventKind::imaging_study_close) return EventKind::imaging_study_open;
  if (close == EventKind::diagnostic_report_close) return EventKind::diagnostic_report_open;
  return EventKind::patient_open;
}

std::optional<Timestamp> usable(const std::optional<Timestamp>& time, Timestamp now) {
  return time && *time <= now + most_ahead ? time : std::nullopt;
}

}  // namespace

void CurrentContext::remember(const std::string& id) {
  if (!seen_.insert(id).second) return;
  order_.push_back(id);
  if (order_.size() <= most_ids) return;
  seen_.erase(order_.front());
  order_.pop_front();
}

// The patient on screen is closed with whatever of it was opened last, and so is the encounter.
bool CurrentContext::closes_current(const HubEvent& event) const {
  const bool known = on_screen_.who == OnScreen::Who::patient;
  if (event.kind == EventKind::patient_close) return known && event.anchor == on_screen_.patient;
  if (event.kind == EventKind::encounter_close && known && on_screen_.encounter)
    return event.anchor == on_screen_.encounter;
  return opened_by_ == open_of(event.kind) && event.anchor == anchor_;
}

bool CurrentContext::show(OnScreen next, const std::optional<Timestamp>& at) {
  if (at) set_at_ = at;
  replaying_ = false;
  opened_by_ = EventKind::other;
  anchor_.clear();
  return std::exchange(on_screen_, next) != next;
}

CurrentContext::Applied CurrentContext::apply(const HubEvent& event, Timestamp now) {
  if (event.kind == EventKind::other) return {Effect::ignored, false, 200};
  if (ends_session(event.kind)) {
    const bool changed = show({}, std::nullopt);
    return {event.kind == EventKind::user_logout ? Effect::logout : Effect::hibernate, changed, 200};
  }
  const std::optional<std::string> key = key_of(event);
  if (key && seen_.contains(*key)) return {Effect::duplicate, false, 200};
  const auto time = usable(event.timestamp, now);
  if (time && set_at_ && *time < *set_at_) return {Effect::outdated, false, 200};
  // Not remembered: sent again, it is judged again.
  // Nothing of ours failed: a status of 500 would be told to every other app of this user.
  if (event.fault != ContextFault::none) return {Effect::doubtful, show({}, time), not_followed};
  if (key) remember(*key);
  if (is_close(event.kind)) {
    if (!closes_current(event)) return {Effect::ignored, false, 200};
    return {Effect::followed, show({.who = OnScreen::Who::nobody}, time), 200};
  }
  if (event.kind == EventKind::home_open) return {Effect::followed, show({.who = OnScreen::Who::nobody}, time), 200};
  if (event.kind == EventKind::sync_error || !event.patient) {
    const bool changed = show({}, time);
    if (is_open(event.kind)) set_anchor(event);
    return {Effect::followed, changed, 200};
  }
  const bool changed =
      show({.who = OnScreen::Who::patient, .patient = *event.patient, .encounter = event.encounter}, time);
  set_anchor(event);
  return {Effect::followed, changed, 200};
}

void CurrentContext::set_anchor(const HubEvent& event) {
  opened_by_ = event.kind;
  anchor_ = event.anchor.value_or("");
}

bool CurrentContext::lost() {
  const bool changed = show({}, std::nullopt);
  set_at_.reset();
  replaying_ = true;
  seen_.clear();
  order_.clear();
  return changed;
}

bool CurrentContext::doubt() { return show({}, std::nullopt); }

bool CurrentContext::quiet() {
  if (!replaying_) return false;
  on_screen_ = {.who = OnScreen::Who::nobody};
  replaying_ = false;
  return true;
}

}  // namespace wardend::fhircast

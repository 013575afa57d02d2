// The names of events, in every spelling that hubs have used, and our own words for what a message says.
#include <algorithm>
#include <array>
#include <utility>

#include "protocol/fhircast/event_name.hpp"
#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

// Folded. The second name of a resource's event is the one of FHIRcast's first drafts, which
// had a "switch" beside the "open".
constexpr std::array aliases = {
    std::pair(std::string_view("patientopen"), EventKind::patient_open),
    std::pair(std::string_view("openpatient"), EventKind::patient_open),
    std::pair(std::string_view("openpatientchart"), EventKind::patient_open),
    std::pair(std::string_view("switchpatient"), EventKind::patient_open),
    std::pair(std::string_view("switchpatientchart"), EventKind::patient_open),
    std::pair(std::string_view("patientclose"), EventKind::patient_close),
    std::pair(std::string_view("closepatient"), EventKind::patient_close),
    std::pair(std::string_view("closepatientchart"), EventKind::patient_close),
    std::pair(std::string_view("encounteropen"), EventKind::encounter_open),
    std::pair(std::string_view("openencounter"), EventKind::encounter_open),
    std::pair(std::string_view("encounterclose"), EventKind::encounter_close),
    std::pair(std::string_view("closeencounter"), EventKind::encounter_close),
    std::pair(std::string_view("imagingstudyopen"), EventKind::imaging_study_open),
    std::pair(std::string_view("openimagingstudy"), EventKind::imaging_study_open),
    std::pair(std::string_view("switchimagingstudy"), EventKind::imaging_study_open),
    std::pair(std::string_view("imagingstudyclose"), EventKind::imaging_study_close),
    std::pair(std::string_view("closeimagingstudy"), EventKind::imaging_study_close),
    std::pair(std::string_view("diagnosticreportopen"), EventKind::diagnostic_report_open),
    std::pair(std::string_view("diagnosticreportclose"), EventKind::diagnostic_report_close),
    std::pair(std::string_view("homeopen"), EventKind::home_open),
    std::pair(std::string_view("userlogout"), EventKind::user_logout),
    std::pair(std::string_view("logoutuser"), EventKind::user_logout),
    std::pair(std::string_view("logout"), EventKind::user_logout),
    std::pair(std::string_view("userhibernate"), EventKind::user_hibernate),
    std::pair(std::string_view("hibernateuser"), EventKind::user_hibernate),
    std::pair(std::string_view("hibernate"), EventKind::user_hibernate),
    std::pair(std::string_view("syncerror"), EventKind::sync_error),
};
constexpr std::size_t longest_known_name = 64;

}  // namespace

EventKind kind_of(std::string_view event_name) {
  std::string name;
  for (const char c : event_name)
    if (const char counts = folded(c); counts != '\0' && name.size() <= longest_known_name) name.push_back(counts);
  const auto* const found = std::ranges::find(aliases, name, &std::pair<std::string_view, EventKind>::first);
  return found == aliases.end() ? EventKind::other : found->second;
}

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::patient_open:
      return "patient_open";
    case EventKind::patient_close:
      return "patient_close";
    case EventKind::encounter_open:
      return "encounter_open";
    case EventKind::encounter_close:
      return "encounter_close";
    case EventKind::imaging_study_open:
      return "imaging_study_open";
    case EventKind::imaging_study_close:
      return "imaging_study_close";
    case EventKind::diagnostic_report_open:
      return "diagnostic_report_open";
    case EventKind::diagnostic_report_close:
      return "diagnostic_report_close";
    case EventKind::home_open:
      return "home_open";
    case EventKind::user_logout:
      return "user_logout";
    case EventKind::user_hibernate:
      return "user_hibernate";
    case EventKind::sync_error:
      return "sync_error";
    case EventKind::other:
      return "other";
  }
  std::unreachable();
}

bool is_open(EventKind kind) {
  return kind == EventKind::patient_open || kind == EventKind::encounter_open ||
         kind == EventKind::imaging_study_open || kind == EventKind::diagnostic_report_open;
}

bool is_close(EventKind kind) {
  return kind == EventKind::patient_close || kind == EventKind::encounter_close ||
         kind == EventKind::imaging_study_close || kind == EventKind::diagnostic_report_close;
}

bool ends_session(EventKind kind) { return kind == EventKind::user_logout || kind == EventKind::user_hibernate; }

std::string_view name_of(ContextFault fault) {
  switch (fault) {
    case ContextFault::none:
      return "none";
    case ContextFault::no_topic:
      return "no_topic";
    case ContextFault::malformed:
      return "malformed";
    case ContextFault::no_patient:
      return "no_patient";
    case ContextFault::no_anchor:
      return "no_anchor";
    case ContextFault::bad_id:
      return "bad_id";
    case ContextFault::two_resources:
      return "two_resources";
    case ContextFault::other_subject:
      return "other_subject";
  }
  std::unreachable();
}

std::string_view name_of(LeaveCode code) {
  switch (code) {
    case LeaveCode::unknown:
      return "unknown";
    case LeaveCode::user_initiated:
      return "user-initiated";
    case LeaveCode::system_timeout:
      return "system-timeout";
    case LeaveCode::system_initiated:
      return "system-initiated";
  }
  std::unreachable();
}

bool Confirmation::tells(EventKind kind) const {
  return std::ranges::any_of(events, [&](const std::string& name) { return kind_of(name) == kind; });
}

}  // namespace wardend::fhircast

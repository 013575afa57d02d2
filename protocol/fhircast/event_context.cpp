#include "protocol/fhircast/event_context.hpp"

#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"

namespace wardend::fhircast {
namespace {

using Json = nlohmann::json;
constexpr std::size_t most_entries = 256;

// The key that versions of FHIRcast and hubs write in several ways. Spec: FHIRcast 3.0.0, event catalogue
std::string key_named(std::string_view written) {
  std::string key = lower_case(written);
  if (key == "imagingstudy") return "study";
  if (key == "diagnosticreport") return "report";
  return key;
}

// What a key of the context holds.
std::string_view type_of(std::string_view key) {
  if (key == "patient") return "Patient";
  if (key == "encounter") return "Encounter";
  if (key == "study") return "ImagingStudy";
  if (key == "report") return "DiagnosticReport";
  return {};
}

std::string_view anchor_key(EventKind kind) {
  switch (kind) {
    case EventKind::patient_open:
    case EventKind::patient_close:
      return "patient";
    case EventKind::encounter_open:
    case EventKind::encounter_close:
      return "encounter";
    case EventKind::imaging_study_open:
    case EventKind::imaging_study_close:
      return "study";
    case EventKind::diagnostic_report_open:
    case EventKind::diagnostic_report_close:
      return "report";
    case EventKind::home_open:
    case EventKind::user_logout:
    case EventKind::user_hibernate:
    case EventKind::sync_error:
    case EventKind::other:
      return {};
  }
  return {};
}

// The id in Type/id, whatever stands before it; a version after it is cut off. Empty: a reference to something else.
std::string id_in(std::string_view reference, std::string_view type) {
  reference = reference.substr(0, reference.find("/_history/"));
  const auto slash = reference.rfind('/');
  if (slash == std::string_view::npos) return {};
  const auto before = reference.substr(0, slash);
  const bool of_type = before == type || (before.ends_with(type) && before[before.size() - type.size() - 1] == '/');
  return of_type ? std::string(reference.substr(slash + 1)) : std::string();
}

struct Entry {
  std::string key;
  std::string id;
  std::optional<std::string> subject;  // the reference to whom it is about, as written
};

// DSTU2 and STU3 call the subject of some resources `patient`.
std::optional<std::string> subject_of(const Json& resource) {
  for (const char* name : {"subject", "patient"}) {
    const Json* subject = find_member(resource, name);
    if (subject == nullptr) continue;
    std::string reference = text_member(*subject, "reference");
    if (!reference.empty()) return reference;
  }
  return std::nullopt;
}

std::expected<Entry, ContextFault> read_entry(const Json& entry, std::string_view key) {
  const Json* resource = find_member(entry, "resource");
  const Json* reference = find_member(entry, "reference");
  if ((resource == nullptr) == (reference == nullptr)) return std::unexpected(ContextFault::malformed);
  Entry read{.key = std::string(key), .id = {}, .subject = {}};
  if (resource != nullptr) {
    if (!resource->is_object() || text_member(*resource, "resourceType") != type_of(key))
      return std::unexpected(ContextFault::malformed);
    read.id = text_member(*resource, "id");
    if (key != "patient") read.subject = subject_of(*resource);
  } else {
    read.id = id_in(text_member(*reference, "reference"), type_of(key));
  }
  if (!fhir::valid_id(read.id)) return std::unexpected(ContextFault::bad_id);
  return read;
}

std::expected<std::vector<Entry>, ContextFault> read_entries(const Json& context) {
  if (!context.is_array() || context.size() > most_entries) return std::unexpected(ContextFault::malformed);
  std::vector<Entry> entries;
  for (const Json& entry : context) {
    const std::string key = key_named(text_member(entry, "key"));
    if (key.empty()) return std::unexpected(ContextFault::malformed);
    if (type_of(key).empty()) continue;
    auto read = read_entry(entry, key);
    if (!read) return std::unexpected(read.error());
    entries.push_back(std::move(*read));
  }
  return entries;
}

// nullptr: none; the fault: more than one.
std::expected<const Entry*, ContextFault> only(const std::vector<Entry>& entries, std::string_view key) {
  const Entry* found = nullptr;
  for (const Entry& entry : entries) {
    if (entry.key != key) continue;
    if (found != nullptr) return std::unexpected(ContextFault::two_resources);
    found = &entry;
  }
  return found;
}

ContextFault read_resources(const Json& context, HubEvent& event) {
  const auto entries = read_entries(context);
  if (!entries) return entries.error();
  const auto patient = only(*entries, "patient");
  const auto encounter = only(*entries, "encounter");
  const auto anchor = only(*entries, anchor_key(event.kind));
  if (!patient || !encounter || !anchor) return ContextFault::two_resources;
  // A study may have no patient: the calibration of a device. What is closed is known by its own id.
  const bool patient_needed = is_open(event.kind) && event.kind != EventKind::imaging_study_open;
  if (*patient == nullptr && patient_needed) return ContextFault::no_patient;
  // A key that is not known may hold what is opened. The patient is known all the same.
  if (*anchor == nullptr && (is_close(event.kind) || *patient == nullptr)) return ContextFault::no_anchor;
  for (const Entry& entry : *entries)
    if (*patient != nullptr && entry.subject && id_in(*entry.subject, "Patient") != (*patient)->id)
      return ContextFault::other_subject;
  if (*patient != nullptr) event.patient = (*patient)->id;
  if (*encounter != nullptr) event.encounter = (*encounter)->id;
  if (*anchor != nullptr) event.anchor = (*anchor)->id;
  return ContextFault::none;
}

// The first entry of `key`'s resource; null: there is none that can be read.
Json resource_of(const Json& context, std::string_view key) {
  if (!context.is_array()) return {};
  for (const Json& entry : context)
    if (const Json* resource = find_member(entry, "resource"); resource != nullptr && text_member(entry, "key") == key)
      return *resource;
  return {};
}

LeaveCode code_of(std::string_view code) {
  for (const auto known : {LeaveCode::user_initiated, LeaveCode::system_timeout, LeaveCode::system_initiated})
    if (code == name_of(known)) return known;
  return LeaveCode::unknown;
}

// The code system is not looked at: three are in use.
void read_parameters(const Json& context, HubEvent& event) {
  const Json parameters = resource_of(context, "parameters");
  const Json* list = find_member(parameters, "parameter");
  if (list == nullptr || !list->is_array()) return;
  for (const Json& parameter : *list) {
    const std::string name = text_member(parameter, "name");
    const Json* coding = find_member(parameter, "valueCoding");
    if (name == "code" && coding != nullptr) event.code = code_of(text_member(*coding, "code"));
    const Json* sleeps = find_member(parameter, "valueBoolean");
    if (name == "hub" && sleeps != nullptr && sleeps->is_boolean() && event.kind == EventKind::user_hibernate)
      event.hub_sleeps = sleeps->get<bool>();
  }
}

// The profile says subscribername, its example subscriber.
void read_outcome(const Json& context, HubEvent& event) {
  const Json outcome = resource_of(context, "operationoutcome");
  const Json* issues = find_member(outcome, "issue");
  if (issues == nullptr || !issues->is_array()) return;
  for (const Json& issue : *issues) {
    const Json* details = find_member(issue, "details");
    const Json* codings = details == nullptr ? nullptr : find_member(*details, "coding");
    if (codings == nullptr || !codings->is_array()) continue;
    for (const Json& coding : *codings) {
      const std::string system = text_member(coding, "system");
      if (system.ends_with("/syncerror/subscribername") || system.ends_with("/syncerror/subscriber"))
        event.subscriber = printable(text_member(coding, "code"), 64);
    }
  }
}

}  // namespace

void read_event_context(const Json& context, HubEvent& event) {
  if (is_open(event.kind) || is_close(event.kind)) event.fault = read_resources(context, event);
  if (ends_session(event.kind)) read_parameters(context, event);
  if (event.kind == EventKind::sync_error) read_outcome(context, event);
}

}  // namespace wardend::fhircast

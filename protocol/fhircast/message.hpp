// What a FHIRcast hub writes over its WebSocket, read into values: a confirmation, a denial, an event. Everything here
// comes from outside and is bounded; nothing of a resource is kept but ids. No I/O, no clock.
// Spec: HL7 FHIRcast 3.0.0 (STU3), event notification, event catalogue, subscription confirmation and denial.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.hpp"

namespace wardend::fhircast {

inline constexpr std::size_t max_message = 256UL * 1024;  // bytes of one WebSocket text
inline constexpr std::size_t max_event_id = 1024;         // bytes of its JSON

// Every event that means something here. Names compare as event_name.hpp says, and older ones count too (userLogout,
// user-logout, logout-user, switch-patient-chart): see the table in message_names.cpp.
enum class EventKind : std::uint8_t {
  patient_open,
  patient_close,
  encounter_open,
  encounter_close,
  imaging_study_open,
  imaging_study_close,
  diagnostic_report_open,
  diagnostic_report_close,
  home_open,
  user_logout,
  user_hibernate,
  sync_error,
  other,  // proprietary, -update, -select, a heartbeat: acknowledged and ignored
};
[[nodiscard]] EventKind kind_of(std::string_view event_name);
// A label for logs, audit and metrics, such as patient_open.
[[nodiscard]] std::string_view name_of(EventKind kind);
[[nodiscard]] bool is_open(EventKind kind);       // of a resource; home_open is none
[[nodiscard]] bool is_close(EventKind kind);      // of a resource
[[nodiscard]] bool ends_session(EventKind kind);  // user_logout, user_hibernate

// Why an open or a close cannot be followed. Never one of two is picked.
enum class ContextFault : std::uint8_t {
  none,
  no_topic,       // the event names no topic
  malformed,      // `context` is no list of entries, or an entry is not as its key says
  no_patient,     // there must be one
  no_anchor,      // the resource that is opened or closed is not there
  bad_id,         // an id that is none in FHIR
  two_resources,  // one key twice
  other_subject,  // an encounter, study or report whose subject is not the patient beside it
};
[[nodiscard]] std::string_view name_of(ContextFault fault);

// Why the user left. Unknown and absent are one: it is acted upon all the same.
enum class LeaveCode : std::uint8_t { unknown, user_initiated, system_timeout, system_initiated };
[[nodiscard]] std::string_view name_of(LeaveCode code);

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

struct HubEvent {
  std::optional<std::string> id = {};  // its JSON, to tell events apart; nullopt: none, or over max_event_id bytes
  EventKind kind = EventKind::other;
  std::string name = {};                      // hub.event, printable, at most 64 bytes: for the log
  std::optional<Timestamp> timestamp = {};    // UTC; without a zone it counts as UTC. nullopt: absent or unreadable
  std::optional<std::string> patient = {};    // the FHIR id of the entry `patient`
  std::optional<std::string> encounter = {};  // of the entry `encounter`
  std::optional<std::string> anchor = {};     // of what is opened or closed: patient, encounter, study or report
  ContextFault fault = ContextFault::none;    // of opens and closes only
  LeaveCode code = LeaveCode::unknown;        // of user_logout and user_hibernate
  bool hub_sleeps = false;                    // user_hibernate: the hub itself goes to sleep
  std::string subscriber = {};                // sync_error: who could not follow; printable, at most 64 bytes
};

// The hub grants a subscription or its renewal. `events` may be fewer or more than was asked for.
struct Confirmation {
  std::vector<std::string> events = {};            // printable, at most 64 of them
  std::optional<std::chrono::seconds> lease = {};  // nullopt: not said, or no positive number
  [[nodiscard]] bool tells(EventKind kind) const;  // whether one of `events` is of this kind
};

// The subscription is refused or has ended, now or at any later time. The context is unknown from here on.
struct Denial {
  std::vector<std::string> events = {};
  std::string reason = {};  // of the hub, for the log: printable, at most 256 bytes
};

// Speaks of a topic that is not ours: to be ignored (and audited where it is a logout).
struct OtherTopic {
  EventKind kind = EventKind::other;
};

// Neither an event nor an answer, nor a broken one: a greeting, a heartbeat, an acknowledgement. It means nothing.
struct Chatter {};

using Message = std::variant<Confirmation, Denial, HubEvent, OtherTopic, Chatter>;

// Reads one text message. The error is a sentence that quotes nothing of it: larger than max_message, over 4,000
// values, an event that is not JSON, nested deeper than 64 levels, a member twice, an event without a name. What could
// not be read may have been an open: the caller calls CurrentContext::doubt().
[[nodiscard]] std::expected<Message, std::string> read_message(std::string_view text, const Secret& topic);

// ISO 8601 as hubs write it: a fraction of any length (cut at milliseconds), Z, +hh:mm or no zone (UTC), an hour with a
// needless zero in front (T010:38). nullopt: anything else.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

// {"id":...,"status":...}: the answer to an event, on the same socket. `id` is JSON, as it came: SignOutScan::id().
// `status` is as in HTTP, a number.
inline constexpr int not_followed = 202;  // taken, and nothing was done. Spec: RFC 9110 §15.3.3
[[nodiscard]] std::string acknowledgement(std::string_view id, int status);

// What a sign-out says of itself, for the audit.
struct Leave {
  LeaveCode code = LeaveCode::unknown;
  bool hub_sleeps = false;  // the hub itself goes to sleep
};
// Of one whose kind is known. What cannot be read says nothing.
[[nodiscard]] Leave read_leave(std::string_view text, EventKind kind);

}  // namespace wardend::fhircast

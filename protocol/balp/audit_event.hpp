// An entry of the audit trail as a FHIR R4 AuditEvent, by IHE's Basic Audit Log Patterns where one of them fits. Pure:
// the same entry gives the same event, so one that is sent twice is one event.
//
// Every entry has an event, whatever it lacks and whatever stands in it. A profile is claimed only by an event that
// keeps it: a success, with all that the profile wants. Spec: IHE BALP 1.1.5; FHIR R4, AuditEvent
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace wardend::balp {

// The AuditEvent of a line of the trail (docs/audit.md has its members).
[[nodiscard]] nlohmann::ordered_json audit_event(const nlohmann::json& entry);

// The `id` of the entry's event: a UUID made of the entry's hash, so that a repository keeps an event once however
// often it is sent. Spec: RFC 9562 section 5.8
[[nodiscard]] std::string event_id(const nlohmann::json& entry);

}  // namespace wardend::balp

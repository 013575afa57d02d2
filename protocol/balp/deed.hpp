// What was done with a record, read out of a server's AuditEvent or out of an entry of the trail, so that both can be
// held against each other. AuditEvents are written by others: anything may stand in them. No I/O.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "trail/reconciliation.hpp"

namespace wardend::balp {

// A value without a value is an event about something else than a FHIR request: a sign-in, say. The error says why it
// cannot be read. `index` is left at 0.
[[nodiscard]] std::expected<std::optional<trail::Deed>, std::string> deed_of_event(const nlohmann::json& event);

// nullopt: the entry tells of no request to the server. That a write may go tells of what was read to judge it.
[[nodiscard]] std::optional<trail::Deed> deed_of_entry(const nlohmann::json& entry);

}  // namespace wardend::balp

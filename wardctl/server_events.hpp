// AuditEvents that a server has exported, as they come: one a line, a Bundle, a list, or one alone.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "trail/reconciliation.hpp"

namespace wardend::wardctl {

struct Unreadable {
  std::size_t index = 0;  // of the event, counted from 0
  std::string why;
};

struct ServerEvents {
  std::vector<trail::Deed> deeds = {};  // `index` counts the file's events from 0
  std::vector<Unreadable> unreadable = {};
  std::size_t others = 0;  // about something else than a FHIR request
};

// Reads a file of at most 128 MiB; an event of more than 1 MiB is unreadable. The error says why nothing was read.
[[nodiscard]] std::expected<ServerEvents, std::string> read_server_events(const std::string& file);
// The same of a text.
[[nodiscard]] std::expected<ServerEvents, std::string> server_events_in(std::string_view text);

}  // namespace wardend::wardctl

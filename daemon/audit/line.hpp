// An audit record as a line of the trail.
#pragma once

#include <cstdint>
#include <string>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"

namespace wardend::audit {

// One record as one line of JSON, line end included. `sequence` counts the records of this process: a gap
// is a record that was dropped because the queue was full.
[[nodiscard]] std::string to_line(const AuditRecord& record, WallTime at, std::uint64_t sequence);

// About how many bytes its line will have: the names of the members, and what they say.
[[nodiscard]] std::size_t about_bytes(const AuditRecord& record);

}  // namespace wardend::audit

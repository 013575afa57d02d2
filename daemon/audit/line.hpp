// What an audit record says, as the members of its line; trail/link.hpp makes the line of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"

namespace wardend::audit {

// One record as JSON members without braces, "at" and "kind" first. `boot`: the number of this boot; "" is left out.
[[nodiscard]] std::string members_of(const AuditRecord& record, WallTime at, std::string_view boot);

// What the trail says of itself: that a file begins, or that something is lost. Whoever writes the file makes these.
struct OwnEntry {
  AuditKind kind = AuditKind::gap;  // or rotation
  std::string action = {};          // one word: docs/audit.md lists them
  std::string detail = {};          // in words
  std::uint64_t first = 0;          // of the entries that are lost, where their numbers are known
  std::uint64_t last = 0;
};
[[nodiscard]] std::string members_of(const OwnEntry& entry, WallTime at, std::string_view boot);

}  // namespace wardend::audit

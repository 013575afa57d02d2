// An audit record as bytes, for the ring: copying is all that the loop does with it. Made and read by the same version
// of wardend only; the ring says which. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"

namespace wardend::audit {

// No text of a record is kept beyond this: what is longer is cut off, and ends in "...".
inline constexpr std::size_t longest_text = 16UL * 1024;

// The record with the time at which it was made.
[[nodiscard]] std::string to_bytes(const AuditRecord& record, WallTime at);

struct Stamped {
  AuditRecord record;  // `result` lives as long as the bytes
  WallTime at;
};
// nullopt: these are no bytes of to_bytes().
[[nodiscard]] std::optional<Stamped> from_bytes(std::string_view bytes);

}  // namespace wardend::audit

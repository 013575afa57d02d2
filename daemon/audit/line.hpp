// What an audit record says, as the members of its line; trail/link.hpp makes the line of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"

namespace wardend::audit {

// Where entries are made, and for whom: the same on every line. What is empty is left out.
struct Origin {
  std::string boot = {};            // the number of this boot
  std::string host = {};            // the workstation's name
  std::string organization = {};    // who answers for the trail
  std::string purpose_of_use = {};  // a code of v3-PurposeOfUse
};

// One record as JSON members without braces, "at" and "kind" first.
[[nodiscard]] std::string members_of(const AuditRecord& record, WallTime at, const Origin& origin);

// What the trail says of itself: that a file begins, or that something is lost. Whoever writes the file makes these.
struct OwnEntry {
  AuditAct act = AuditAct::gap_dropped;  // of a gap or a rotation
  std::string detail = {};               // in words
  std::uint64_t first = 0;               // of the entries that are lost, where their numbers are known
  std::uint64_t last = 0;
};
[[nodiscard]] std::string members_of(const OwnEntry& entry, WallTime at, const Origin& origin);

}  // namespace wardend::audit

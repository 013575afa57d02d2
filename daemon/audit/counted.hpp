// Records that somebody can bring about as often as they like, refusals above all: the first of a kind is written at
// once, the same again is counted and written once a minute with its count. Pure; for the loop's thread only.
#pragma once

#include <optional>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/repeats.hpp"

namespace wardend::audit {

class CountedRecords {
 public:
  CountedRecords();

  // The record to write now, with the count of those that were left out before it; nullopt: it is counted.
  [[nodiscard]] std::optional<AuditRecord> note(AuditRecord record, BootTime now);
  // Records whose minute has ended, each with its count. To be asked every few seconds until empty().
  [[nodiscard]] std::vector<AuditRecord> due(BootTime now);
  // All counts, at the end.
  [[nodiscard]] std::vector<AuditRecord> rest(BootTime now);
  [[nodiscard]] bool empty() const { return strangers_.empty() && known_.empty(); }

 private:
  // Apart, so that those without rights do not take the room of those who have some.
  Repeats<AuditRecord> strangers_;
  Repeats<AuditRecord> known_;
};

}  // namespace wardend::audit

// Seam: the audit trail. Writing never waits and never fails in the caller's face: writable() says beforehand whether
// the trail can take records. audit_entries.hpp says what can be written.
#pragma once

#include "base/audit_entries.hpp"

namespace wardend {

class AuditSink {
 public:
  virtual ~AuditSink() = default;
  // Writes one record, in the order of the calls. Never waits for a disk.
  virtual void write(AuditRecord record) = 0;
  // For a record that its cause can bring about as often as it likes, a refusal above all. The first of a kind is
  // written at once; the same again is counted, and written once a minute with its count. Alike are records of the same
  // user (or server, where no user is named) with the same kind, result, action, app, server, session and reason.
  virtual void write_counted(AuditRecord record) = 0;
  [[nodiscard]] virtual bool writable() const = 0;
};

}  // namespace wardend

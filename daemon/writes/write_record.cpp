#include "daemon/writes/write_record.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/access/audit_caller.hpp"

namespace wardend::writes {
namespace {

constexpr std::size_t longest_words = 300;  // bytes, of what an app says

AuditRecord record_of(const Permit& permit) {
  AuditRecord record = permit.entry;
  record.action = permit.write.interaction;
  record.detail = permit.write.object();
  record.request_id = permit.reference();
  return record;
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::success:
      return "success";
    case Outcome::denied:
      return "denied";
    case Outcome::failure:
      return "failure";
  }
  return "failure";
}

}  // namespace

// DICOM's code for what an emergency override is called in audit trails. Spec: DICOM PS3.16, CID 400, 110127
void WriteRecord::permitted(const Permit& permit, const ipc::Caller& caller, const Override& emergency) {
  ++decisions_[{permit.entry.app, "permitted"}];
  AuditRecord record = record_of(permit);
  record.granted();
  access::name_caller(record, caller);
  if (!emergency.excused.empty()) {
    ++overrides_[permit.entry.app];
    const std::string excused = joined(emergency.excused);
    record.reason = "emergency_override";
    record.detail += " [DCM 110127: " + excused + "] " + printable(emergency.reason, longest_words);
    log::warn("a write passed by an emergency override: look at the audit trail for who and why",
              {{"app", permit.entry.app}, {"session", permit.session}, {"excused", excused}});
  }
  audit_.write(std::move(record));
}

void WriteRecord::refused(const ipc::Caller& caller, const Result<access::Who>& who, const session::Session* session,
                          const WriteWords& write, const Error& error) {
  const bool owned = who && session != nullptr && who->owns(*session);
  AuditRecord record = owned ? audit_entry(AuditKind::write, *session) : AuditRecord(AuditKind::write);
  if (!owned && who) record.app = who->apps.front()->id;
  ++decisions_[{record.app, std::string(name_of(error.code()))}];
  record.denied(name_of(error.code())).action = write.interaction;
  if (who) record.login_session = who->login_session;
  access::name_caller(record, caller);
  record.detail = printable(write.object() + ": " + error.detail(), 2 * longest_words);
  log::debug("write refused", {{"error", name_of(error.code())}, {"uid", caller.uid()}, {"pid", caller.pid()}});
  audit_.write_counted(std::move(record));
}

void WriteRecord::recorded(const Permit& permit, const ipc::Caller& caller, Outcome outcome,
                           const std::string& resource) {
  ++outcomes_[{permit.entry.app, std::string(name_of(outcome))}];
  AuditRecord record = record_of(permit);
  record.granted().reason = name_of(outcome);
  record.action = "outcome";
  access::name_caller(record, caller);
  record.detail = permit.write.interaction + " " + permit.write.object();
  if (!resource.empty()) record.detail += " -> " + printable(resource, longest_words);
  audit_.write(std::move(record));
}

void WriteRecord::unrecorded(const Permit& permit, std::string_view why) {
  ++outcomes_[{permit.entry.app, "unrecorded"}];
  AuditRecord record = record_of(permit);
  record.action = "outcome";
  record.reason = why;
  record.detail = "nobody said what became of: " + permit.write.interaction + " " + permit.write.object();
  if (why == "never_recorded")
    log::warn("an app did not say what became of a write: look whether it reached the server",
              {{"app", permit.entry.app}, {"session", permit.session}, {"write", permit.reference()}});
  audit_.write(std::move(record));
}

}  // namespace wardend::writes

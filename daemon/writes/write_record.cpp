#include "daemon/writes/write_record.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/access/audit_caller.hpp"

namespace wardend::writes {
namespace {

constexpr std::size_t longest_words = 300;  // bytes, of what an app says
constexpr std::size_t longest_query = 4096;

std::string after(const std::string& note) { return note.empty() ? "" : "; " + printable(note, 2 * longest_words); }

entry::Request request_of(const WriteWords& write) {
  return {.interaction = write.interaction,
          .resource = printable(write.object(), longest_words),
          .query = printable(write.query, longest_query)};
}

// What is asked for; an outcome has an act of its own.
ActOf<AuditKind::write> act_of(const WriteWords& write) {
  constexpr ActOf<AuditKind::write> whatever = AuditAct::write_transaction;
  return ActOf<AuditKind::write>::find(write.interaction).value_or(whatever);
}

entry::Write entry_of(const Permit& permit, ActOf<AuditKind::write> act) {
  return {.act = act, .whose = permit.owner, .request = request_of(permit.write), .permit = permit.reference()};
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

// Whether that can be what was written: of the permit's type, and by its id where one was named. A Bundle writes many.
bool fits(const WriteWords& write, std::string_view resource) {
  if (write.type == "Bundle") return true;
  const bool by_id = !write.target.contains('=') && !write.target.empty();
  std::string of = by_id ? write.object() : write.type + "/";
  of.erase(0, std::min(of.rfind(write.type + "/"), of.size()));
  const auto at = resource.find(of);
  if (at == std::string_view::npos || (at > 0 && resource[at - 1] != '/')) return false;
  return !by_id || at + of.size() == resource.size() || resource[at + of.size()] == '/';
}

}  // namespace

std::string named_in(const Error& error) {
  std::string named;
  if (const auto* patient = error.as<errors::PatientMismatch>()) named = *patient->requested;
  if (const auto* encounter = error.as<errors::EncounterMismatch>()) named = *encounter->requested;
  return named.empty() ? named : " (it names " + printable(named, longest_words) + ")";
}

// DICOM's code for what an emergency override is called in audit trails. Spec: DICOM PS3.16, CID 400, 110127
void WriteRecord::permitted(const Permit& permit, const ipc::Caller& caller, const Override& emergency) {
  ++decisions_[{permit.owner.app, "permitted"}];
  entry::Write told = entry_of(permit, act_of(permit.write));
  told.outcome = entry::granted;
  told.asker = access::audit_asker(caller);
  told.detail = permit.write.words() + after(permit.note);
  if (!emergency.excused.empty()) {
    ++overrides_[permit.owner.app];
    const std::string excused = joined(emergency.excused);
    told.reason = "emergency_override";
    told.detail += " [DCM 110127: " + excused + "] " + printable(emergency.reason, longest_words);
    log::warn("a write passed by an emergency override: look at the audit trail for who and why",
              {{"app", permit.owner.app}, {"session", permit.session}, {"excused", excused}});
  }
  audit_.write(record_of(std::move(told)));
}

void WriteRecord::refused(const ipc::Caller& caller, const Result<access::Who>& who, const session::Session* session,
                          const WriteWords& write, Refusal refusal) {
  const Error& error = refusal.error;
  const bool owned = who && session != nullptr && who->owns(*session);
  entry::Owner whose = owned ? audit_owner(*session) : entry::Owner();
  if (!owned && who) whose.app = who->apps.front()->id;
  ++decisions_[{whose.app, std::string(name_of(error.code()))}];
  if (who) whose.login_session = who->login_session;
  log::debug("write refused", {{"error", name_of(error.code())}, {"uid", caller.uid()}, {"pid", caller.pid()}});
  AuditRecord told =
      record_of(entry::Write{.act = act_of(write),
                             .whose = std::move(whose),
                             .asker = access::audit_asker(caller),
                             .outcome = entry::denied(name_of(error.code())),
                             .request = request_of(write),
                             .detail = write.words() + ": " + printable(error.detail(), 2 * longest_words) +
                                       named_in(error) + after(refusal.note),
                             .permit = std::move(refusal.request_id)});
  // The server has those reads one by one.
  if (refusal.judged_there) return audit_.write(std::move(told));
  audit_.write_counted(std::move(told));
}

void WriteRecord::recorded(const Permit& permit, const ipc::Caller& caller, Outcome outcome,
                           const std::string& resource, const std::string& note) {
  ++outcomes_[{permit.owner.app, std::string(name_of(outcome))}];
  entry::Write told = entry_of(permit, AuditAct::write_outcome);
  told.outcome = {.granted = outcome == Outcome::success};
  told.reason = name_of(outcome);
  told.asker = access::audit_asker(caller);
  told.detail = permit.write.interaction + " " + permit.write.words();
  if (!resource.empty()) told.detail += " -> " + printable(resource, longest_words);
  if (!resource.empty() && !fits(permit.write, resource)) {
    told.detail += " (not what the permit is for)";
    log::warn("an app says that it wrote something else than its permit is for: look at the audit trail",
              {{"app", permit.owner.app}, {"session", permit.session}, {"write", permit.reference()}});
  }
  told.detail += after(note);
  audit_.write(record_of(std::move(told)));
}

void WriteRecord::unrecorded(const Permit& permit, std::string_view why) {
  ++outcomes_[{permit.owner.app, "unrecorded"}];
  entry::Write told = entry_of(permit, AuditAct::write_outcome);
  told.reason = why;
  told.detail = "nobody said what became of: " + permit.write.interaction + " " + permit.write.words();
  if (why == "never_recorded")
    log::warn("an app did not say what became of a write: look whether it reached the server",
              {{"app", permit.owner.app}, {"session", permit.session}, {"write", permit.reference()}});
  audit_.write(record_of(std::move(told)));
}

}  // namespace wardend::writes

#include "daemon/launch/launch_log.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/launch/clinician_words.hpp"
#include "daemon/launch/session_words.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::launch {

void LaunchLog::refused(const Beginning& beginning, const std::string& server, const Error& error) {
  AuditRecord record(AuditKind::launch);
  record.request_id = beginning.reference;
  record.app = beginning.app;
  record.server = server;
  record.uid = beginning.uid;
  record.login_session = beginning.login_session;
  count({.app = beginning.app, .server = server, .mode = beginning.mode()}, std::unexpected(error));
  write(std::move(record), beginning.mode(), std::unexpected(error));
}

void LaunchLog::over(const Pending& pending, const Result<std::string>& outcome) {
  const session::Session* session = outcome ? store_.find(*outcome) : nullptr;
  AuditRecord record =
      session != nullptr ? session::audit_entry(AuditKind::launch, *session) : AuditRecord(AuditKind::launch);
  record.request_id = pending.reference;
  record.app = pending.app;
  record.server = pending.server;
  record.uid = pending.uid;
  record.login_session = pending.login_session;
  record.detail = pending.grant_note;
  LaunchKind kind{.app = pending.app, .server = pending.server, .mode = pending.mode};
  kind.tokens = pending.came.has_value();
  if (pending.came) kind.came = *pending.came;
  kind.missing_scopes = session != nullptr && !session->missing.empty();
  count(std::move(kind), outcome);
  write(std::move(record), pending.mode, outcome);
}

void LaunchLog::count(LaunchKind kind, const Result<std::string>& outcome) {
  if (outcome) {
    kind.outcome = "ok";
    return matrix_.note(kind, meaning_of_session(kind.came));
  }
  kind.missing_scopes = outcome.error().code() == Errc::ScopeNotGranted;
  kind.outcome = outcome_of(outcome.error());
  matrix_.note(kind, words_for(outcome.error()).sentence);
}

void LaunchLog::write(AuditRecord record, Mode mode, const Result<std::string>& outcome) {
  const std::string result(outcome ? "ok" : name_of(outcome.error().code()));
  ++counts_[{record.app, record.server, std::string(name_of(mode)), result}];
  record.action = name_of(mode);
  if (outcome) {
    record.granted().session = *outcome;
    return audit_.write(std::move(record));
  }
  const auto* failed = outcome.error().as<errors::LaunchFailed>();
  const std::string uid = std::to_string(record.uid.value_or(0));
  const std::string code = failed == nullptr ? std::string() : *failed->code;
  log::bounded(log::Level::warn, "launch failed", uid + ' ' + result + ' ' + code,
               {{"app", record.app},
                {"server", record.server},
                {"uid", uid},
                {"error", result},
                {"stage", failed == nullptr ? std::string_view() : name_of(*failed->stage)},
                {"code", code},
                {"reference", record.request_id},
                {"detail", outcome.error().detail()}});
  record.denied(name_of(outcome.error().code())).detail = outcome.error().detail();
  if (const auto* refused = outcome.error().as<errors::ScopeNotGranted>())
    record.detail += " (not granted: " + joined(*refused->missing, " ") + ")";
  audit_.write_counted(std::move(record));
}

}  // namespace wardend::launch

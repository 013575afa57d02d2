#include "daemon/launch/launch_log.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/launch/clinician_words.hpp"
#include "daemon/launch/session_words.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::launch {

namespace {

ActOf<AuditKind::launch> act_of(Mode mode) {
  switch (mode) {
    case Mode::ehr:
      return AuditAct::launch_ehr;
    case Mode::standalone:
      return AuditAct::launch_standalone;
  }
  return AuditAct::launch_standalone;
}

void log_failure(const entry::Launch& told, const std::string& result, const Error& error) {
  const auto* failed = error.as<errors::LaunchFailed>();
  const std::string uid = std::to_string(told.whose.uid.value_or(0));
  const std::string code = failed == nullptr ? std::string() : *failed->code;
  log::bounded(log::Level::warn, "launch failed", uid + ' ' + result + ' ' + code,
               {{"app", told.whose.app},
                {"server", told.whose.server},
                {"uid", uid},
                {"error", result},
                {"stage", failed == nullptr ? std::string_view() : name_of(*failed->stage)},
                {"code", code},
                {"reference", told.reference},
                {"detail", error.detail()}});
}

}  // namespace

void LaunchLog::refused(const Beginning& beginning, const std::string& server, const Error& error) {
  entry::Launch told{
      .act = act_of(beginning.mode()),
      .whose = {.app = beginning.app, .server = server, .login_session = beginning.login_session, .uid = beginning.uid},
      .reference = beginning.reference};
  count({.app = beginning.app, .server = server, .mode = beginning.mode()}, std::unexpected(error));
  write(std::move(told), std::unexpected(error));
}

void LaunchLog::over(const Pending& pending, const Result<std::string>& outcome) {
  const session::Session* session = outcome ? store_.find(*outcome) : nullptr;
  entry::Launch told{.act = act_of(pending.mode),
                     .whose = session != nullptr ? audit_owner(*session) : entry::Owner(),
                     .reference = pending.reference,
                     .detail = pending.grant_note};
  told.whose.app = pending.app;
  told.whose.server = pending.server;
  told.whose.uid = pending.uid;
  told.whose.login_session = pending.login_session;
  LaunchKind kind{.app = pending.app, .server = pending.server, .mode = pending.mode};
  kind.tokens = pending.came.has_value();
  if (pending.came) kind.came = *pending.came;
  kind.missing_scopes = session != nullptr && !session->missing.empty();
  count(std::move(kind), outcome);
  write(std::move(told), outcome);
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

void LaunchLog::write(entry::Launch told, const Result<std::string>& outcome) {
  const std::string result(outcome ? "ok" : name_of(outcome.error().code()));
  ++counts_[{told.whose.app, told.whose.server, std::string(name_of(told.act)), result}];
  if (outcome) {
    told.outcome = entry::granted;
    told.whose.session = *outcome;
    return audit_.write(record_of(std::move(told)));
  }
  log_failure(told, result, outcome.error());
  told.outcome = entry::denied(name_of(outcome.error().code()));
  if (const auto* failed = outcome.error().as<errors::LaunchFailed>()) told.reason = *failed->code;
  told.detail = outcome.error().detail();
  if (const auto* refused = outcome.error().as<errors::ScopeNotGranted>())
    told.detail += " (not granted: " + joined(*refused->missing, " ") + ")";
  audit_.write_counted(record_of(std::move(told)));
}

}  // namespace wardend::launch

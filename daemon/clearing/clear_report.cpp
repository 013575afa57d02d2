#include "daemon/clearing/clear_report.hpp"

#include <utility>
#include <vector>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::clearing {
namespace {

std::string_view what(const ClearRun& run) {
  if (run.one_session) return "session";
  if (!run.part.app.empty()) return "app";
  if (!run.part.server.empty()) return "server";
  return "login_session";
}

}  // namespace

// A clear of what is held already, with nothing in it, is neither counted nor told.
void ClearReport::tell(const ClearRun& run, const Cause& cause) {
  if (run.sessions.empty() && run.newly_held.empty()) return;
  ++counters_.clears[cause.reason];
  counters_.sessions[cause.reason] += run.sessions.size();
  std::map<std::string, std::int64_t> counts;  // of sessions, by login session
  for (const std::string& login_session : run.newly_held) counts[login_session];
  for (const session::Session* session : run.sessions) {
    ++counts[session->login_session];
    tell(*session, cause);
  }
  last_clear_ = LastClear{.reason = cause.reason,
                          .at = clock_.wall_now(),
                          .login_session = counts.size() == 1 ? counts.begin()->first : std::string(),
                          .detail = cause.detail,
                          .sessions = run.sessions.size()};
  if (!run.one_session || run.sessions.empty()) record(run, counts, cause);
  at_failure_point("clear.told");
  log::info("cleared", {{"what", what(run)},
                        {"login_session", last_clear_->login_session},
                        {"login_sessions", counts.size()},
                        {"reason", name_of(cause.reason)},
                        {"sessions", run.sessions.size()}});
}

// One record for each login session in which sessions ended, and one for all those that held none.
void ClearReport::record(const ClearRun& run, const std::map<std::string, std::int64_t>& counts, const Cause& cause) {
  AuditRecord record(AuditKind::clear);
  record.granted().action = what(run);
  record.server = run.part.server;
  record.app = run.part.app;
  record.reason = name_of(cause.reason);
  record.detail = cause.detail;
  std::vector<std::string> empty;
  for (const auto& [login_session, count] : counts) {
    if (count == 0) {
      empty.push_back(login_session);
      continue;
    }
    AuditRecord one = record;
    one.login_session = login_session;
    one.count = count;
    audit_.write(std::move(one));
  }
  if (empty.empty()) return;
  record.count = 0;
  if (empty.size() == 1)
    record.login_session = empty.front();
  else
    record.detail += " (" + std::to_string(empty.size()) + " login sessions held nothing)";
  audit_.write(std::move(record));
}

void ClearReport::tell(const session::Session& session, const Cause& cause) {
  locks_.used(session.started_at);
  hub_.publish({.kind = events::EventKind::session_cleared,
                .at = clock_.wall_now(),
                .session = session.id,
                .app = session.app,
                .server = session.server,
                .epoch = session.epoch,
                .reason = std::string(name_of(cause.reason))});
  AuditRecord record = session::audit_entry(AuditKind::session_end, session);
  record.granted().reason = name_of(cause.reason);
  record.detail = cause.detail;
  audit_.write(std::move(record));
}

}  // namespace wardend::clearing

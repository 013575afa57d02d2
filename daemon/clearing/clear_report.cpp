#include "daemon/clearing/clear_report.hpp"

#include <utility>
#include <vector>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::clearing {
namespace {

ActOf<AuditKind::clear> act_of(const ClearRun& run) {
  if (run.one_session) return AuditAct::clear_session;
  if (!run.part.app.empty()) return AuditAct::clear_app;
  if (!run.part.server.empty()) return AuditAct::clear_server;
  return AuditAct::clear_login_session;
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
  log::info("cleared", {{"what", name_of(act_of(run))},
                        {"login_session", last_clear_->login_session},
                        {"login_sessions", counts.size()},
                        {"reason", name_of(cause.reason)},
                        {"sessions", run.sessions.size()}});
}

// One record for each login session in which sessions ended, and one for all those that held none.
void ClearReport::record(const ClearRun& run, const std::map<std::string, std::int64_t>& counts, const Cause& cause) {
  entry::Clear told{.act = act_of(run),
                    .reason = cause.reason,
                    .detail = cause.detail,
                    .app = run.part.app,
                    .server = run.part.server};
  std::vector<std::string> empty;
  for (const auto& [login_session, count] : counts) {
    if (count == 0) {
      empty.push_back(login_session);
      continue;
    }
    entry::Clear one = told;
    one.login_session = login_session;
    one.sessions = count;
    audit_.write(record_of(std::move(one)));
  }
  if (empty.empty()) return;
  if (empty.size() == 1)
    told.login_session = empty.front();
  else
    told.detail += " (" + std::to_string(empty.size()) + " login sessions held nothing)";
  audit_.write(record_of(std::move(told)));
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
  audit_.write(record_of(entry::SessionEnd{.whose = audit_owner(session),
                                           .reason = cause.reason,
                                           .detail = cause.detail,
                                           .tokens = session.tokens_given,
                                           .accesses = session.accesses_recorded}));
}

}  // namespace wardend::clearing

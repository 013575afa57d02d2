#include "daemon/access/token_record.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::access {
namespace {

constexpr Duration between_records = 1min;

// How many tokens this one stands for: 0, it is counted for a later record.
std::int64_t to_record(session::Session& session, const ProcessId& process, BootTime now) {
  const auto receiver = std::ranges::find(session.receivers, process, &session::Receiver::process);
  if (receiver == session.receivers.end()) {
    session.receivers.push_back({.process = process, .recorded_at = now});
    return 1;
  }
  if (now - receiver->recorded_at < between_records) {
    ++receiver->uncounted;
    return 0;
  }
  receiver->recorded_at = now;
  return 1 + std::exchange(receiver->uncounted, 0);
}

}  // namespace

void TokenRecord::granted(const Who& who, session::Session& session, std::string request_id) {
  const BootTime now = clock_.now();
  session.last_used = now;
  session.held_by(who.process);
  session_vault_.used(session);
  ++counts_[session.app][0];
  const std::int64_t count = to_record(session, who.process, now);
  if (count == 0) return;
  AuditRecord record = audit_entry(AuditKind::token, session);
  record.granted().pid = who.process.pid;
  record.request_id = std::move(request_id);
  record.count = count;
  audit_.write(std::move(record));
}

void TokenRecord::refused(const ipc::Caller& caller, const Result<Who>& who, const session::Session* session,
                          const Error& error) {
  std::string app;
  if (session != nullptr)
    app = session->app;
  else if (who)
    app = who->apps.front()->id;
  ++counts_[app][static_cast<std::size_t>(error.code()) + 1];
  AuditRecord record(AuditKind::token);
  record.denied(name_of(error.code())).app = app;
  if (session != nullptr) record.session = session->id;
  if (who) record.login_session = who->login_session;
  name_caller(record, caller);
  record.detail = error.detail();
  audit_.write_counted(std::move(record));
  log::debug(
      "token refused",
      {{"error", name_of(error.code())}, {"uid", caller.uid()}, {"pid", caller.pid()}, {"detail", error.detail()}});
}

}  // namespace wardend::access

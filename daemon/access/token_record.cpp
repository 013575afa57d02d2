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
  if (receiver->recorded_at && now - *receiver->recorded_at < between_records) {
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
  ++session.tokens_given;
  session_vault_.used(session);
  ++counts_[session.app][0];
  const std::int64_t count = to_record(session, who.process, now);
  if (count == 0) return;
  // What its end will say of tokens outlasts a crash as far as the trail tells of them.
  if (session.kept != 0) session_vault_.keep(session);
  audit_.write(record_of(entry::Token{.whose = audit_owner(session),
                                      .asker = {.pid = who.process.pid},
                                      .outcome = entry::granted,
                                      .request_id = std::move(request_id),
                                      .count = count}));
}

void TokenRecord::refused(const ipc::Caller& caller, const Result<Who>& who, const session::Session* session,
                          const Error& error) {
  std::string app;
  if (session != nullptr)
    app = session->app;
  else if (who)
    app = who->apps.front()->id;
  ++counts_[app][static_cast<std::size_t>(error.code()) + 1];
  entry::Owner whose{.app = app};
  if (session != nullptr) {
    whose.server = session->server;
    whose.session = session->id;
  }
  if (who) whose.login_session = who->login_session;
  audit_.write_counted(record_of(entry::Token{.whose = std::move(whose),
                                              .asker = audit_asker(caller),
                                              .outcome = entry::denied(name_of(error.code())),
                                              .detail = error.detail()}));
  log::debug(
      "token refused",
      {{"error", name_of(error.code())}, {"uid", caller.uid()}, {"pid", caller.pid()}, {"detail", error.detail()}});
}

}  // namespace wardend::access

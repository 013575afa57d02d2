#include "daemon/session/clearing.hpp"
#include "daemon/session/audit_entry.hpp"

#include <algorithm>
#include <utility>

#include "base/failure_point.hpp"
#include "base/log.hpp"

namespace wardend::session {
namespace {

constexpr Duration tombstone_life = 10min;

}  // namespace

void Clearing::must_clear(const ClearFact& fact) {
  locks_.saw({fact.source, fact.reason, fact.login_session, clock_.wall_now()});
  const Cause cause{fact.reason, fact.source, fact.received_at};
  if (fact.login_session.empty() && !fact.user)
    clear_all(cause);
  else
    clear_each(meant_by(fact), cause);
  workstation_.read_picture(fact.login_session);
}

std::vector<std::string> Clearing::meant_by(const ClearFact& fact) const {
  if (!fact.login_session.empty()) return {fact.login_session};
  const std::string desktop = workstation_.login_session_of({.uid = *fact.user, .under_user_manager = true});
  return desktop.empty() ? whom({.uid = fact.user}) : std::vector{desktop};
}

std::vector<std::string> Clearing::whom(const Workstation::Selection& selection) const {
  std::vector<std::string> meant = workstation_.matching(selection);
  if (!selection.uid) return meant;
  Workstation::Selection anybodys = selection;
  anybodys.uid.reset();
  const auto holds_one = [&](const std::string& login_session) {
    return std::ranges::any_of(store_.of_login_session(login_session), [&](const Session* session) {
      return session->uid == *selection.uid && session->cleared() == nullptr;
    });
  };
  for (const std::string& login_session : workstation_.matching(anybodys))
    if (std::ranges::find(meant, login_session) == meant.end() && holds_one(login_session))
      meant.push_back(login_session);
  return meant;
}

void Clearing::picture_changed(std::string_view login_session) {
  workstation_.read_picture(login_session);
  for (const auto& call : picture_observers_) call();
}

std::size_t Clearing::clear_all(const Cause& cause) {
  for (const auto& call : sweepers_) call(cause.reason);
  return clear_each(workstation_.matching({}), cause);
}

std::size_t Clearing::clear_after_sleep() {
  const Cause cause{.reason = ClearReason::suspend, .detail = "asleep, and nobody had announced it"};
  std::size_t missed = 0;
  for (const std::string& login_session : workstation_.matching({})) {
    const auto last = workstation_.last_clear(login_session);
    const bool held = workstation_.is_held(login_session);
    const bool announced = held && last && last->reason == ClearReason::suspend;
    const bool empty = std::ranges::all_of(store_.of_login_session(login_session),
                                           [](const Session* session) { return session->state() == State::cleared; });
    if (announced && empty) continue;
    clear_login_session(login_session, cause);
    // Where nobody had signed in there was nothing to miss: a seat that is left on the way to a sleep says so last.
    if (!held || !empty) ++missed;
  }
  return missed;
}

std::size_t Clearing::clear_each(const std::vector<std::string>& login_sessions, const Cause& cause) {
  std::size_t ended = 0;
  std::size_t told = 0;
  for (const std::string& login_session : login_sessions) {
    const std::uint64_t before = counters_.clears[cause.reason];
    ended += clear_login_session(login_session, cause);
    told += counters_.clears[cause.reason] - before;
  }
  if (told > 1) last_clear_ = LastClear{cause.reason, clock_.wall_now(), {}, cause.detail, ended};
  return ended;
}

// Clearing what has been cleared ends the epoch again, with whatever was about to begin in it, and tells nobody.
std::size_t Clearing::clear_login_session(const std::string& login_session, const Cause& cause) {
  const bool was_held = workstation_.is_held(login_session);
  const EpochNumber number = workstation_.end_epoch(login_session, cause.reason);
  if (number == 0) return 0;
  at_failure_point("clear.epoch_ended");
  keeper_.keep_login_session(login_session);
  at_failure_point("clear.login_session_kept");
  std::vector<Session*> ended;
  for (Session* session : store_.of_login_session(login_session)) {
    if (session->state() == State::cleared) continue;
    wipe(*session, cause.reason);
    ended.push_back(session);
  }
  const EpochEnded epoch{number, login_session, {cause.reason, clock_.wall_now(), clock_.now()}};
  for (const auto& call : observers_) call(epoch);
  counters_.duration.observe(std::chrono::steady_clock::now() - cause.received_at);
  if (ended.empty() && was_held) return 0;
  ++counters_.clears[cause.reason];
  counters_.sessions[cause.reason] += ended.size();
  last_clear_ = LastClear{cause.reason, clock_.wall_now(), login_session, cause.detail, ended.size()};
  for (Session* session : ended) tell(*session, cause);
  AuditRecord record(AuditKind::clear);
  record.granted().login_session = login_session;
  record.action = "login_session";
  record.reason = name_of(cause.reason);
  record.detail = cause.detail;
  record.count = static_cast<std::int64_t>(ended.size());
  audit_.write(std::move(record));
  at_failure_point("clear.told");
  log::info("cleared",
            {{"login_session", login_session}, {"reason", name_of(cause.reason)}, {"sessions", ended.size()}});
  return ended.size();
}

void Clearing::clear_session(Session& session, const Cause& cause) {
  if (session.state() == State::cleared) return;
  wipe(session, cause.reason);
  ++counters_.clears[cause.reason];
  ++counters_.sessions[cause.reason];
  last_clear_ = LastClear{cause.reason, clock_.wall_now(), session.login_session, cause.detail, 1};
  tell(session, cause);
  log::info("session cleared", {{"session", session.id}, {"reason", name_of(cause.reason)}});
}

void Clearing::wipe(Session& session, ClearReason reason) {
  for (const auto& call : witnesses_) call(session, reason);
  keeper_.forget(session);
  at_failure_point("clear.session_erased");
  oauth::TokenToRevoke token = session.clear({reason, clock_.wall_now(), clock_.now() + tombstone_life});
  session.changed.notify_all();
  store_.schedule(session, clock_.now() + tombstone_life);
  at_failure_point("clear.session_wiped");
  revoker_.enqueue({.server = session.server,
                    .app = session.app,
                    .session = session.id,
                    .client = session.client,
                    .token = std::move(token)});
  at_failure_point("clear.revocation_queued");
}

void Clearing::tell(const Session& session, const Cause& cause) {
  locks_.used(session.started_at);
  hub_.publish({.kind = EventKind::session_cleared,
                .at = clock_.wall_now(),
                .session = session.id,
                .app = session.app,
                .server = session.server,
                .epoch = session.epoch,
                .reason = std::string(name_of(cause.reason))});
  AuditRecord record = audit_entry(AuditKind::session_end, session);
  record.granted().reason = name_of(cause.reason);
  record.detail = cause.detail;
  audit_.write(std::move(record));
}

}  // namespace wardend::session

#include "daemon/clearing/clearing.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/failure_point.hpp"
#include "base/log.hpp"

namespace wardend::clearing {
namespace {

constexpr Duration tombstone_life = 10min;

bool is_cleared(const session::Session* session) { return session->cleared() != nullptr; }

}  // namespace

bool holds(ClearReason reason) {
  switch (reason) {
    case ClearReason::patient_changed:
    case ClearReason::reconfigured:
    case ClearReason::ended_by_app:
    case ClearReason::superseded:
    case ClearReason::app_disabled:
      return false;
    case ClearReason::os_lock:
    case ClearReason::session_inactive:
    case ClearReason::session_removed:
    case ClearReason::suspend:
    case ClearReason::lock_source_lost:
    case ClearReason::ehr_lock:
    case ClearReason::ehr_logout:
    case ClearReason::ehr_user_switch:
    case ClearReason::ehr_gone:
    case ClearReason::fhircast_logout:
    case ClearReason::fhircast_hibernate:
    case ClearReason::fhircast_lost:
    case ClearReason::other_user:
    case ClearReason::idle:
    case ClearReason::max_lifetime:
    case ClearReason::operator_request:
    case ClearReason::restart:
      return true;
  }
  return true;
}

// The order. After the first line nobody is served, after the second no restart brings anything back.
Clearing::Outcome Clearing::clear(const Target& target, const Cause& cause) {
  const ClearRun run = end_stays(target, cause.reason);
  at_failure_point("clear.epoch_ended");
  keep(run);
  at_failure_point("clear.login_session_kept");
  const Error told = told_of(cause);
  steps_.launches.end_fallen(steps_.workstation, told);
  take_back_replies(run, told);
  for (session::Session* session : run.sessions) wipe(*session, cause.reason);
  steps_.http.give_up_unwanted();
  steps_.upstream.give_up_unwanted();
  if (cause.reason == ClearReason::suspend) steps_.parking.wipe_all();
  report_.took(std::chrono::steady_clock::now() - cause.received_at);
  report_.tell(run, cause);
  return {.sessions = run.sessions.size(), .login_sessions = login_sessions_in(run)};
}

std::size_t Clearing::login_sessions_in(const ClearRun& run) const {
  const auto is_there = [&](const std::string& login_session) {
    return !steps_.workstation.uses_logind() || !workstation::user_in_name(login_session) ||
           std::ranges::find(run.sessions, login_session, &session::Session::login_session) != run.sessions.end();
  };
  const auto known = static_cast<std::size_t>(std::ranges::count_if(run.login_sessions, is_there));
  // Whoever calls first is held as well: all whom nothing sets apart count as one, as in Status.
  return known == 0 && run.everybody && !steps_.workstation.uses_logind() ? 1 : known;
}

ClearRun Clearing::end_stays(const Target& target, ClearReason reason) {
  if (!target.session.empty()) return end_session(target, reason);
  ClearRun run{.login_sessions = whom(target.whom), .part = target.part, .everybody = target.whom.everybody()};
  for (const std::string& login_session : run.login_sessions)
    for (session::Session* session : steps_.store.of_login_session(login_session))
      if (session->cleared() == nullptr && run.part.covers(session->part())) run.sessions.push_back(session);
  if (run.part == workstation::Part{})
    end_epochs(run, reason);
  else
    end_parts(run, reason);
  return run;
}

ClearRun Clearing::end_session(const Target& target, ClearReason reason) {
  session::Session* session = steps_.store.find(target.session);
  if (session == nullptr || !target.part.covers(session->part())) return {};
  const bool is_over = session->cleared() != nullptr;
  if (is_over && !holds(reason)) return {};
  const std::vector<std::string> meant =
      target.whom.everybody() ? std::vector{session->login_session} : whom(target.whom);
  if (std::ranges::find(meant, session->login_session) == meant.end()) return {};
  ClearRun run{.login_sessions = {session->login_session}, .part = session->part(), .one_session = true};
  // One that is over already, but remembered, still says where somebody has left: its app may be launching again.
  if (!is_over) run.sessions = {session};
  if (holds(reason)) end_parts(run, reason);
  return run;
}

void Clearing::end_epochs(ClearRun& run, ClearReason reason) {
  note_newly_held(run);
  if (run.everybody) return steps_.workstation.end_every_epoch(reason);
  for (const std::string& login_session : run.login_sessions) steps_.workstation.end_epoch(login_session, reason);
  if (steps_.workstation.too_many_apart()) fold();
}

// Of one session its part is its app at its server.
void Clearing::end_parts(ClearRun& run, ClearReason reason) {
  using enum workstation::Workstation::Afterwards;
  if (holds(reason)) note_newly_held(run);
  for (const std::string& login_session : run.login_sessions)
    steps_.workstation.end_part(login_session, run.part, reason, holds(reason) ? held : free);
  if (run.everybody) steps_.workstation.end_part({}, run.part, reason, holds(reason) ? held : free);
}

void Clearing::note_newly_held(ClearRun& run) const {
  // One that is gone is remembered by sessions that have ended there, and holds nobody.
  const auto newly = [&](const std::string& login_session) {
    const bool there = login_session.empty() || steps_.workstation.knows(login_session);
    return there && !steps_.workstation.is_held(login_session, run.part);
  };
  // Beside logind's, login sessions that users name are those of system units: told of where they held something.
  const bool by_users = !steps_.workstation.uses_logind();
  for (const std::string& login_session : run.login_sessions)
    if (newly(login_session) && (by_users || !workstation::user_in_name(login_session)))
      run.newly_held.push_back(login_session);
  if (run.everybody && by_users && newly({})) run.newly_held.emplace_back();
}

void Clearing::keep(const ClearRun& run) {
  if (run.everybody) steps_.session_vault.keep_login_session({});
  for (const std::string& login_session : run.login_sessions) {
    if (steps_.workstation.is_apart(login_session))
      steps_.session_vault.keep_login_session(login_session);
    else
      steps_.session_vault.forget_login_session(login_session);
  }
}

Error Clearing::told_of(const Cause& cause) const {
  if (cause.instead) return *cause.instead;
  return errors::SessionCleared{.reason = cause.reason, .at = clock_.wall_now()};
}

void Clearing::take_back_replies(const ClearRun& run, const Error& told) {
  if (run.sessions.empty()) return;
  std::unordered_set<std::string_view> ended;
  for (const session::Session* session : run.sessions) ended.insert(session->id);
  steps_.unsent.take_back([&](std::string_view about) { return ended.contains(about); }, told);
}

// The token moves to the revoker; nothing else of the session is left but its id, and why it ended.
void Clearing::wipe(session::Session& session, ClearReason reason) {
  steps_.permits.end(session, reason);
  steps_.streams.cut(session);
  steps_.parking.remember(session, reason);
  steps_.session_vault.forget(session);
  at_failure_point("clear.session_erased");
  oauth::TokenToRevoke token = session.clear({reason, clock_.wall_now(), clock_.now() + tombstone_life, clock_.now()});
  session.changed.notify_all();
  steps_.store.schedule(session, clock_.now() + tombstone_life);
  at_failure_point("clear.session_wiped");
  steps_.revoker.enqueue({.server = session.server,
                          .app = session.app,
                          .session = session.id,
                          .client = session.client,
                          .token = std::move(token)});
  at_failure_point("clear.revocation_queued");
}

// More users than are kept apart: those of whom nothing is held count as cleared with all others.
void Clearing::fold() {
  std::vector<std::string> in_use = steps_.store.login_sessions();
  for (auto& owner : steps_.launches.owners()) in_use.push_back(std::move(owner.login_session));
  for (const std::string& name : steps_.workstation.fold(in_use)) steps_.session_vault.forget_login_session(name);
  steps_.session_vault.keep_login_session({});
}

void Clearing::must_clear(const ClearFact& fact) {
  steps_.locks.saw({fact.source, fact.reason, fact.login_session, clock_.wall_now()});
  Target target{.whom = {.uid = fact.user, .login_session = fact.login_session}};
  // A program under a user's own manager belongs to the user's one desktop; which it was, is not told.
  if (fact.user && fact.login_session.empty()) {
    std::string desktop =
        steps_.workstation.sources().login_session_of({.uid = *fact.user, .under_user_manager = true});
    if (!desktop.empty()) target.whom = {.login_session = std::move(desktop)};
  }
  clear(target, {fact.reason, fact.source, fact.received_at});
  steps_.workstation.read_picture(fact.login_session);
}

std::size_t Clearing::clear_after_sleep() {
  std::size_t missed = 0;
  bool all_done = true;
  for (const std::string& login_session : whom({})) {
    const auto last = steps_.workstation.last_clear(login_session);
    const bool held = steps_.workstation.is_held(login_session);
    const bool empty = std::ranges::all_of(steps_.store.of_login_session(login_session), is_cleared);
    if (!held || !last || last->reason != ClearReason::suspend || !empty) all_done = false;
    // Where nobody had signed in there was nothing to miss: a seat that is left on the way to a sleep says so last.
    if (!held || !empty) ++missed;
  }
  if (!all_done) clear_all({.reason = ClearReason::suspend, .detail = "asleep, and nobody had announced it"});
  return missed;
}

}  // namespace wardend::clearing

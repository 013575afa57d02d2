#include "daemon/access/access_record.hpp"

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::access {
namespace {

// How an access stands out; empty: it does not. A cleared session does not know its patient any more.
std::string note_on(const session::Session& session, const ToldAccess& access) {
  std::string note;
  const auto& own = session.context.patient;
  if (own && access.patient && *own != *access.patient) note = "of another patient than its session's";
  if (access.at &&
      WallTime(std::chrono::seconds(*access.at)) < std::chrono::floor<std::chrono::seconds>(session.started_at))
    note += std::string(note.empty() ? "" : "; ") + "done before its session began, as the app says";
  if (session.cleared() != nullptr) note += std::string(note.empty() ? "" : "; ") + "told after its session had ended";
  return note;
}

}  // namespace

Result<session::Session*> AccessRecord::session_of(const Who& who, const std::string& id) const {
  session::Session* session = parts_.store.find(id);
  const bool in_grace = session != nullptr && session->cleared() != nullptr && who.owns(*session) &&
                        session->was_held_by(who.process) && parts_.clock.now() < session->cleared()->ended_at + grace;
  if (in_grace) return session;
  return named_session(parts_.store, who, id);
}

Result<void> AccessRecord::take_turns(const session::Session& session, std::size_t number) {
  constexpr PaceLimits limits{
      .at_once = burst, .each = each, .shortest_pause = 1ms, .longest_pause = most_at_once * each};
  const BootTime now = parts_.clock.now();
  if (paces_.size() >= most_accounts) std::erase_if(paces_, [&](const auto& of) { return of.second.settled(now); });
  Pace& pace = paces_[{session.uid, session.app}];
  Pace after = pace;
  if (const Duration wait = after.spend(now, static_cast<unsigned>(number), limits); wait > Duration::zero())
    return fail(errors::RateLimited{.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(wait),
                                    .reason = "an app may record 300 accesses at once and then five a second: "
                                              "call again after that time, with the same accesses"});
  pace = after;
  return {};
}

Result<void> AccessRecord::admit(Meant& meant, const std::string& id, const std::vector<ToldAccess>& accesses) {
  if (!meant.who) return std::unexpected(meant.who.error());
  const auto session = session_of(*meant.who, id);
  if (!session) return std::unexpected(session.error());
  meant.session = *session;
  if (accesses.empty()) return fail(errors::InvalidRequest{.field = "accesses", .reason = "names no access"});
  if (accesses.size() > most_at_once)
    return fail(errors::TooLarge{.limit = static_cast<std::int64_t>(most_at_once),
                                 .reason = "one call takes 100 accesses: make several of it"});
  for (std::size_t i = 0; i < accesses.size(); ++i)
    if (auto fine = check(accesses[i], i, parts_.clock.wall_now()); !fine) return fine;
  if (!parts_.audit.writable())
    return fail(errors::WorkstationLocked{"the audit trail cannot be written: call again when it can"});
  return take_turns(**session, accesses.size());
}

Result<std::size_t> AccessRecord::record(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                         const std::string& session, const std::vector<ToldAccess>& accesses) {
  Meant meant{.who = parts_.gate.admit(caller, epoch, Demand::registered)};
  if (auto admitted = admit(meant, session, accesses); !admitted) {
    refused(caller, meant, admitted.error());
    return std::unexpected(admitted.error());
  }
  for (const ToldAccess& access : accesses) write(caller, *meant.session, access);
  meant.session->accesses_recorded += accesses.size();
  if (meant.session->kept != 0) parts_.vault.keep(*meant.session);
  return accesses.size();
}

void AccessRecord::write(const ipc::Caller& caller, const session::Session& session, const ToldAccess& access) {
  entry::Access told{.act = access.act,
                     .whose = audit_owner(session),
                     .asker = audit_asker(caller),
                     .outcome = {.granted = access.outcome == ToldAccess::Outcome::success},
                     .request = {.interaction = std::string(name_of(access.act)),
                                 .resource = access.resource,
                                 .query = access.query.value_or("")},
                     .reason = std::string(name_of(access.outcome)),
                     .detail = note_on(session, access),
                     .request_id = access.request_id.value_or("")};
  told.whose.patient = access.patient.value_or("");
  if (access.at) told.done_at = WallTime(std::chrono::seconds(*access.at));
  parts_.audit.write(record_of(std::move(told)));
}

void AccessRecord::refused(const ipc::Caller& caller, const Meant& meant, const Error& error) {
  entry::Owner whose;
  if (meant.session != nullptr) whose = audit_owner(*meant.session);
  if (meant.who && whose.app.empty()) whose.app = meant.who->apps.front()->id;
  if (meant.who) whose.login_session = meant.who->login_session;
  log::debug("an access was not recorded",
             {{"error", name_of(error.code())}, {"uid", caller.uid()}, {"pid", caller.pid()}});
  parts_.audit.write_counted(record_of(entry::Access{.act = AuditAct::access_refused,
                                                     .whose = std::move(whose),
                                                     .asker = audit_asker(caller),
                                                     .outcome = entry::denied(name_of(error.code())),
                                                     .detail = error.detail()}));
}

}  // namespace wardend::access

#include "daemon/service/work_methods.hpp"

#include <utility>

#include "daemon/access/audit_caller.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

// A cleared session still takes work for a moment, from those who held it; it is found through no other method.
Result<ParkWorkReply> WorkMethods::park(const Who& who, const std::string& id, parking::Parking::Item item) {
  const session::Session* session = parts_.store.find(id);
  const bool in_grace = session != nullptr && session->cleared() != nullptr && who.owns(*session) &&
                        parts_.parking.in_grace(id, who.process);
  if (!in_grace) {
    const auto live = access::named_session(parts_.store, who, id);
    if (!live) return std::unexpected(live.error());
    session = *live;
  }
  const auto end = parts_.parking.park(*session, std::move(item));
  if (!end) return std::unexpected(end.error());
  return ParkWorkReply{.expires_at = unix_seconds(parts_.clock.wall_at(*end))};
}

Answer<ParkWorkReply> WorkMethods::park_work(const ipc::Call& call, ParkWorkParameters in) {
  parking::Parking::Item item{.label = std::move(in.label), .data = Secret(in.data)};
  wipe(in.data);
  const WorkFacts facts{.act = AuditAct::work_park, .session = in.session, .bytes = item.data.size()};
  const Result<Who> who = parts_.gate.admit(call.caller, call.epoch_tag, Demand::registered);
  Result<ParkWorkReply> parked = who ? park(*who, in.session, std::move(item)) : std::unexpected(who.error());
  record(call, who, facts, parked ? nullptr : &parked.error());
  co_return parked;
}

Result<ResumeWorkReply> WorkMethods::resume(ipc::Call& call, const Who& who, const std::string& id) {
  const auto session = access::named_session(parts_.store, who, id);
  if (!session) return std::unexpected(session.error());
  call.about = {id};
  parking::Parking::Waiting waiting = parts_.parking.waiting_for(**session);
  ResumeWorkReply reply;
  for (const parking::ParkedWork* work : waiting.works)
    reply.items.push_back(
        {.label = work->label, .data = std::string(work->data.reveal()), .parked_at = unix_seconds(work->parked_at)});
  if (waiting.ids.empty()) return reply;
  call.on_written = [&parking = parts_.parking, ids = std::move(waiting.ids)] { parking.taken(ids); };
  return reply;
}

Answer<ResumeWorkReply> WorkMethods::resume_work(ipc::Call& call, ResumeWorkParameters in) {
  const Result<Who> who = parts_.gate.admit(call.caller, call.epoch_tag, Demand::present);
  Result<ResumeWorkReply> resumed = who ? resume(call, *who, in.session) : std::unexpected(who.error());
  WorkFacts facts{.act = AuditAct::work_resume, .session = in.session};
  if (resumed) {
    facts.items = resumed->items.size();
    for (const auto& item : resumed->items) facts.bytes += item.data.size();
  }
  // What was not there was not seen by anybody.
  if (facts.items > 0) record(call, who, facts, resumed ? nullptr : &resumed.error());
  co_return resumed;
}

void WorkMethods::record(const ipc::Call& call, const Result<Who>& who, const WorkFacts& facts, const Error* refused) {
  const session::Session* session = parts_.store.find(facts.session);
  const bool owned = who && session != nullptr && who->owns(*session);
  entry::Work told{.act = facts.act,
                   .whose = owned ? audit_owner(*session) : entry::Owner(),
                   .asker = access::audit_asker(call.caller)};
  if (who) told.whose.login_session = who->login_session;
  if (refused != nullptr) {
    told.outcome = entry::denied(name_of(refused->code()));
    told.detail = refused->detail();
    return parts_.audit.write_counted(record_of(std::move(told)));
  }
  told.outcome = entry::granted;
  told.items = static_cast<std::int64_t>(facts.items);
  told.detail = std::to_string(facts.bytes) + " bytes";
  parts_.audit.write(record_of(std::move(told)));
}

}  // namespace wardend::service

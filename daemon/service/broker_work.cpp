// ParkWork and ResumeWork: unfinished work goes to the parking and comes back, and the audit trail says so without a
// word of it.
#include <numeric>
#include <utility>

#include "daemon/access/audit_caller.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/service/broker_service.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

// A cleared session still takes work for a moment, from those who held it; it is found through no other method.
Result<ParkWorkReply> BrokerService::park(const Who& who, const std::string& id, parking::Parking::Item item) {
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

BrokerService::Answer<ParkWorkReply> BrokerService::park_work(Call& call, ParkWorkParameters in) {
  parking::Parking::Item item{.label = std::move(in.label), .data = Secret(in.data)};
  wipe(in.data);
  const WorkFacts facts{.action = "park", .session = in.session, .bytes = item.data.size()};
  const Result<Who> who = admit(call, Demand::registered);
  Result<ParkWorkReply> parked = who ? park(*who, in.session, std::move(item)) : std::unexpected(who.error());
  record_work(call, who, facts, parked ? nullptr : &parked.error());
  co_return parked;
}

Result<ResumeWorkReply> BrokerService::resume(Call& call, const Who& who, const std::string& id) {
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

BrokerService::Answer<ResumeWorkReply> BrokerService::resume_work(Call& call, ResumeWorkParameters in) {
  const Result<Who> who = admit(call, Demand::present);
  Result<ResumeWorkReply> resumed = who ? resume(call, *who, in.session) : std::unexpected(who.error());
  WorkFacts facts{.action = "resume", .session = in.session};
  if (resumed) {
    facts.items = resumed->items.size();
    for (const auto& item : resumed->items) facts.bytes += item.data.size();
  }
  // What was not there was not seen by anybody.
  if (facts.items > 0) record_work(call, who, facts, resumed ? nullptr : &resumed.error());
  co_return resumed;
}

void BrokerService::record_work(const Call& call, const Result<Who>& who, const WorkFacts& facts,
                                const Error* refused) {
  const session::Session* session = parts_.store.find(facts.session);
  const bool owned = who && session != nullptr && who->owns(*session);
  AuditRecord record = owned ? audit_entry(AuditKind::work, *session) : AuditRecord(AuditKind::work);
  record.action = facts.action;
  if (who) record.login_session = who->login_session;
  access::name_caller(record, call.caller);
  if (refused != nullptr) {
    record.denied(name_of(refused->code())).detail = refused->detail();
    return parts_.audit.write_counted(std::move(record));
  }
  record.granted().count = static_cast<std::int64_t>(facts.items);
  record.detail = std::to_string(facts.bytes) + " bytes";
  parts_.audit.write(std::move(record));
}

}  // namespace wardend::service

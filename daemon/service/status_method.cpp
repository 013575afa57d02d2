#include "daemon/service/status_method.hpp"

#include <utility>

#include "daemon/service/status_rows.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

void add(StatusReply& reply, const HeldView& held) {
  for (const session::Session* session : held.store.all())
    if (session->cleared() == nullptr) reply.sessions.push_back(row_of(*session, held.clock));
  reply.pending_revocations = static_cast<std::int64_t>(held.revoker.pending());
}

void add(StatusReply& reply, const ServersView& view, StatusMethod::For whom) {
  const config::Config& config = view.config.get();
  reply.config_digest = config.digest;
  for (const config::Server& server : config.servers)
    reply.servers.push_back(row_of(server.name, view.server_health.record(server.name),
                                   whom == StatusMethod::For::operators ? view.directory.show(server.name)
                                                                        : view.directory.observation(server.name)));
  auto& disabled = reply.disabled.emplace();
  for (const config::App& app : config.apps) {
    if (app.in_use()) continue;
    reply.disabled_apps.push_back(app.id);
    disabled.push_back(row_of(app));
  }
  auto& hubs = reply.hubs.emplace();
  for (const fhircast::TopicStatus& known : view.follower.status()) hubs.push_back(row_of(known));
}

void add(StatusReply& reply, const WorkstationView& view) {
  std::string reason = view.not_ready_reason();
  reply.ready = reason.empty();
  if (!reason.empty()) reply.not_ready_reason = std::move(reason);
  if (const auto& last = view.clearing.last_clear()) reply.last_clear = to_wire(*last);
  const workstation::LockLog& locks = view.clearing.locks();
  if (const auto& last = locks.last()) reply.last_lock = to_wire(*last);
  reply.screen_lock_seen_at = locks.history().screen_lock_at;
  reply.screen_locker_silent = view.workstation.uses_logind() && workstation::is_silent(locks.history());
  if (std::string trouble = view.ehr_unit_trouble(); !trouble.empty()) reply.ehr_unit_trouble = std::move(trouble);
}

}  // namespace

StatusMethod::StatusMethod(Views views, ControlTrail& trail, std::string version)
    : views_(std::move(views)),
      trail_(trail),
      version_(std::move(version)),
      started_at_(views_.held.clock.wall_now()) {}

StatusReply StatusMethod::picture(For whom) const {
  StatusReply reply{.version = version_, .started_at = unix_seconds(started_at_)};
  add(reply, views_.held);
  add(reply, views_.servers, whom);
  add(reply, views_.workstation);
  const bool by_unlock = views_.servers.config.get().broker.unlock_proves_presence;
  reply.held = held_rows(views_.workstation.workstation, by_unlock ? UnlockEnds::yes : UnlockEnds::no);
  reply.notices = notices(views_.servers.config.get(), views_.reloader.files(), views_.servers.switches.trouble());
  for (std::string& blocked : views_.servers.drift.notices()) reply.notices->push_back(std::move(blocked));
  if (views_.forwarding_notices)
    for (std::string& behind : views_.forwarding_notices()) reply.notices->push_back(std::move(behind));
  return reply;
}

Answer<StatusReply> StatusMethod::status(const ipc::Call& call) {
  trail_.granted(call.caller, ControlMethod::Status, "");
  co_return picture(For::operators);
}

}  // namespace wardend::service

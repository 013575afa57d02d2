#include "daemon/service/status_rows.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace wardend::service {

using namespace ipc::control;

namespace {

std::optional<std::int64_t> seconds(const std::optional<WallTime>& time) {
  return time ? std::optional(unix_seconds(*time)) : std::nullopt;
}

}  // namespace

SessionRow row_of(const session::Session& session, Clock& clock) {
  SessionRow row{.id = session.id,
                 .app = session.app,
                 .server = session.server,
                 .user = std::to_string(session.uid),
                 .login_session = session.login_session};
  static_cast<void>(read_name(session::wire_name_of(session.state()), row.state));
  row.has_patient = session.context.patient.has_value();
  if (session.remaining(clock.now()) > Duration::zero())
    row.expires_at = unix_seconds(clock.wall_at(session.tokens()->expires_at));
  if (session.plan().due != BootTime::max()) row.next_refresh_at = unix_seconds(clock.wall_at(session.plan().due));
  row.started_at = unix_seconds(session.started_at);
  row.last_used_at = unix_seconds(clock.wall_at(session.last_used));
  return row;
}

ServerRow row_of(const std::string& name, const server::ServerRecord& known,
                 server::ServerDirectory::Observation shown) {
  ServerRow row{.name = name};
  static_cast<void>(read_name(server::name_of(known.link.state), row.state));
  row.confirmed_at = seconds(known.confirmed_at);
  row.since = seconds(known.state_since);
  row.certificate_expires_at = seconds(known.certificate_expires_at);
  if (!shown.changed.empty()) {
    row.changed = std::move(shown.changed);
    row.changed_digest = std::move(shown.digest);
  }
  if (!known.last_trouble.empty()) row.trouble = known.last_trouble;
  if (known.latency) row.latency_ms = std::chrono::duration<double, std::milli>(*known.latency).count();
  return row;
}

std::vector<HeldRow> held_rows(const workstation::Workstation& workstation, UnlockEnds unlock) {
  std::string ended_by = "a launch from the EHR, or a sign-in that begins after the clear";
  if (unlock == UnlockEnds::yes) ended_by += ", or unlocking the screen";
  std::vector<std::string> names = workstation.names();
  std::ranges::sort(names);
  names.emplace_back();  // of all who share one state
  std::vector<HeldRow> rows;
  for (const std::string& name : names) {
    const auto state = workstation.state_of(name);
    if (!state) continue;
    if (state->held && state->last_clear)
      rows.push_back({.login_session = name,
                      .since = unix_seconds(state->last_clear->at),
                      .reason = std::string(name_of(state->last_clear->reason)),
                      .ended_by = ended_by});
    for (const workstation::PartClear& clear : state->parts) {
      if (!clear.held) continue;
      HeldRow row{.login_session = name,
                  .since = unix_seconds(clear.end.at),
                  .reason = std::string(name_of(clear.end.reason)),
                  .ended_by = ended_by};
      if (!clear.part.server.empty()) row.server = clear.part.server;
      if (!clear.part.app.empty()) row.app = clear.part.app;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

DisabledApp row_of(const config::App& app) {
  if (!app.switched_off) return {.app = app.id, .by = DisabledAppBy::configuration};
  DisabledApp row{
      .app = app.id, .by = DisabledAppBy::operator_, .reason = app.switched_off->reason, .at = app.switched_off->at};
  if (!app.switched_off->by.empty()) row.who = app.switched_off->by;
  return row;
}

HubRow row_of(const fhircast::TopicStatus& known) {
  HubRow row{.server = known.server,
             .since = unix_seconds(known.since),
             .sessions = static_cast<std::int64_t>(known.sessions),
             .tells_of_locks = known.tells_of_locks};
  static_cast<void>(read_name(fhircast::name_of(known.state), row.state));
  if (!known.trouble.empty()) row.trouble = known.trouble;
  return row;
}

LastClear to_wire(const clearing::ClearReport::LastClear& last) {
  return {.reason = std::string(name_of(last.reason)),
          .at = unix_seconds(last.at),
          .login_session = last.login_session,
          .detail = last.detail,
          .sessions = static_cast<std::int64_t>(last.sessions)};
}

LastLock to_wire(const workstation::LockSeen& last) {
  return {.source = last.source,
          .reason = std::string(name_of(last.reason)),
          .login_session = last.login_session,
          .at = unix_seconds(last.at)};
}

}  // namespace wardend::service

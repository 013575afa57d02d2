#include "daemon/service/control_service.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "daemon/access/audit_caller.hpp"
#include "ipc/peer_rules.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

ClearReason reason_of(ReportLockReason reason) {
  switch (reason) {
    case ReportLockReason::ehr_lock:
      return ClearReason::ehr_lock;
    case ReportLockReason::ehr_logout:
      return ClearReason::ehr_logout;
    case ReportLockReason::ehr_user_switch:
      return ClearReason::ehr_user_switch;
  }
  return ClearReason::ehr_lock;
}

std::optional<std::int64_t> seconds(const std::optional<WallTime>& time) {
  return time ? std::optional(unix_seconds(*time)) : std::nullopt;
}

}  // namespace

namespace {

AuditRecord entry(const ControlService::Call& call, std::string_view method, std::string detail) {
  AuditRecord record(AuditKind::control);
  record.action = method;
  access::name_caller(record, call.caller);
  record.detail = std::move(detail);
  return record;
}

}  // namespace

void ControlService::record(const Call& call, std::string_view method, std::string detail, const Error* error) {
  AuditRecord record = entry(call, method, std::move(detail));
  if (error == nullptr)
    record.granted();
  else
    record.denied(name_of(error->code()));
  parts_.audit.write(std::move(record));
}

Result<void> ControlService::require(const Call& call, const config::RoleGroups& role, std::string_view name,
                                     std::string_view method) {
  if (ipc::holds_role(role, call.caller)) return {};
  Error error = errors::RoleNeeded{std::string(name)};
  log::bounded(log::Level::warn, "control call refused", std::to_string(call.caller.uid()),
               {{"method", method}, {"role", name}, {"uid", call.caller.uid()}});
  AuditRecord record = entry(call, method, error.detail());
  record.denied(name_of(error.code()));
  parts_.audit.write_counted(std::move(record));
  return fail(std::move(error));
}

ControlService::Answer<ReportLockReply> ControlService::report_lock(Call& call, ReportLockParameters in) {
  if (auto held = require(call, parts_.config.get().roles.ehr, "ehr", "ReportLock"); !held)
    co_return std::unexpected(held.error());
  const auto target = co_await targets_.resolve(call.caller, std::move(in.target));
  if (!target) {
    record(call, "ReportLock", target.error().detail(), &target.error());
    co_return std::unexpected(target.error());
  }
  const std::vector<std::string> meant = parts_.clearing.whom(target->target.whom);
  parts_.clearing.locks().saw(
      {"control", reason_of(in.reason), meant.size() == 1 ? meant.front() : "", parts_.clock.wall_now()});
  const auto cleared = parts_.clearing.clear(target->target, {reason_of(in.reason), "ReportLock"});
  std::string detail(name_of(in.reason));
  ReportLockReply reply{.cleared = static_cast<std::int64_t>(cleared.sessions),
                        .held = static_cast<std::int64_t>(cleared.login_sessions)};
  if (!target->widened.empty()) {
    log::error("a lock by user name cleared every user: give the uid, or mend the user directory",
               {{"cleared", cleared.sessions}, {"why", target->widened}});
    detail += ", every user: " + target->widened;
    reply.widened = target->widened;
  }
  record(call, "ReportLock", std::move(detail), nullptr);
  co_return reply;
}

ControlService::Answer<ClearSessionsReply> ControlService::clear_sessions(Call& call, ClearSessionsParameters in) {
  if (auto held = require(call, parts_.config.get().roles.operators, "operator", "ClearSessions"); !held)
    co_return std::unexpected(held.error());
  auto target = co_await targets_.resolve(call.caller, std::move(in.target));
  // Somebody reads this answer and can say whom they mean; a lock cannot wait for that.
  if (target && !target->widened.empty())
    target = fail(errors::InvalidTarget{target->widened + ": give the uid, or name nobody to clear everybody"});
  if (!target) {
    record(call, "ClearSessions", target.error().detail(), &target.error());
    co_return std::unexpected(target.error());
  }
  const auto cleared = parts_.clearing.clear(target->target, {ClearReason::operator_request, in.reason.substr(0, 256)});
  record(call, "ClearSessions", in.reason.substr(0, 256), nullptr);
  co_return ClearSessionsReply{.cleared = static_cast<std::int64_t>(cleared.sessions),
                               .held = static_cast<std::int64_t>(cleared.login_sessions)};
}

ControlService::Answer<StatusReply> ControlService::status(Call& call, StatusParameters) {
  if (auto held = require(call, parts_.config.get().roles.observer, "observer", "Status"); !held)
    co_return std::unexpected(held.error());
  const config::Config& config = parts_.config.get();
  StatusReply reply{.version = parts_.version, .started_at = unix_seconds(started_at_), .config_digest = config.digest};
  for (const session::Session* session : parts_.store.all()) {
    if (session->cleared() != nullptr) continue;
    SessionRow row{.id = session->id,
                   .app = session->app,
                   .server = session->server,
                   .user = std::to_string(session->uid),
                   .login_session = session->login_session};
    static_cast<void>(read_name(session::wire_name_of(session->state()), row.state));
    row.has_patient = session->context.patient.has_value();
    if (session->remaining(parts_.clock.now()) > Duration::zero())
      row.expires_at = unix_seconds(parts_.clock.wall_at(session->tokens()->expires_at));
    if (session->plan().due != BootTime::max())
      row.next_refresh_at = unix_seconds(parts_.clock.wall_at(session->plan().due));
    row.started_at = unix_seconds(session->started_at);
    row.last_used_at = unix_seconds(parts_.clock.wall_at(session->last_used));
    reply.sessions.push_back(std::move(row));
  }
  for (const config::Server& server : config.servers) {
    const server::ServerRecord known = parts_.server_health.record(server.name);
    ServerRow row{.name = server.name};
    static_cast<void>(read_name(server::name_of(known.link.state), row.state));
    row.confirmed_at = seconds(known.confirmed_at);
    row.since = seconds(known.state_since);
    row.certificate_expires_at = seconds(known.certificate_expires_at);
    if (auto shown = parts_.directory.show(server.name); !shown.changed.empty()) {
      row.changed = std::move(shown.changed);
      row.changed_digest = std::move(shown.digest);
    }
    if (known.latency) row.latency_ms = std::chrono::duration<double, std::milli>(*known.latency).count();
    reply.servers.push_back(std::move(row));
  }
  for (const config::App& app : config.apps)
    if (!app.enabled) reply.disabled_apps.push_back(app.id);
  reply.pending_revocations = static_cast<std::int64_t>(parts_.revoker.pending());
  const std::string reason = parts_.not_ready_reason();
  reply.ready = reason.empty();
  if (!reason.empty()) reply.not_ready_reason = reason;
  if (const auto& last = parts_.clearing.last_clear())
    reply.last_clear = LastClear{.reason = std::string(name_of(last->reason)),
                                 .at = unix_seconds(last->at),
                                 .login_session = last->login_session,
                                 .detail = last->detail,
                                 .sessions = static_cast<std::int64_t>(last->sessions)};
  add_locks(reply);
  add_hubs(reply);
  record(call, "Status", "", nullptr);
  co_return reply;
}

void ControlService::add_locks(StatusReply& reply) {
  workstation::LockLog& locks = parts_.clearing.locks();
  if (const auto& last = locks.last())
    reply.last_lock = LastLock{.source = last->source,
                               .reason = std::string(name_of(last->reason)),
                               .login_session = last->login_session,
                               .at = unix_seconds(last->at)};
  reply.screen_lock_seen_at = locks.history().screen_lock_at;
  reply.screen_locker_silent = parts_.workstation.uses_logind() && workstation::is_silent(locks.history());
  if (!parts_.ehr_unit_trouble) return;
  if (std::string trouble = parts_.ehr_unit_trouble(); !trouble.empty()) reply.ehr_unit_trouble = std::move(trouble);
}

void ControlService::add_hubs(StatusReply& reply) {
  if (!parts_.hubs) return;
  auto& rows = reply.hubs.emplace();
  for (fhircast::TopicStatus& known : parts_.hubs()) {
    HubRow row{.server = known.server,
               .since = unix_seconds(known.since),
               .sessions = static_cast<std::int64_t>(known.sessions),
               .tells_of_locks = known.tells_of_locks};
    static_cast<void>(read_name(fhircast::name_of(known.state), row.state));
    if (!known.trouble.empty()) row.trouble = std::move(known.trouble);
    rows.push_back(std::move(row));
  }
}

ControlService::Answer<ReloadReply> ControlService::reload(Call& call, ReloadParameters) {
  if (auto held = require(call, parts_.config.get().roles.operators, "operator", "Reload"); !held)
    co_return std::unexpected(held.error());
  auto digest = co_await parts_.reloader.reload();
  record(call, "Reload", digest ? *digest : digest.error().detail(), digest ? nullptr : &digest.error());
  if (!digest) co_return std::unexpected(digest.error());
  co_return ReloadReply{std::move(*digest)};
}

ControlService::Answer<AcceptServerReply> ControlService::accept_server(Call& call, AcceptServerParameters in) {
  if (auto held = require(call, parts_.config.get().roles.operators, "operator", "AcceptServer"); !held)
    co_return std::unexpected(held.error());
  const auto acceptance = parts_.directory.accept(in.server, in.changed_digest);
  if (acceptance == server::ServerDirectory::Acceptance::unknown_server) {
    Error error = errors::UnknownServer{.server = in.server, .reason = "not a configured server"};
    record(call, "AcceptServer", error.detail(), &error);
    co_return fail(std::move(error));
  }
  if (acceptance == server::ServerDirectory::Acceptance::other_than_shown) {
    Error error = errors::InvalidTarget{
        "what waits at that server now is not what was shown: look at it again, then accept that"};
    record(call, "AcceptServer", in.server + ": " + error.detail(), &error);
    co_return fail(std::move(error));
  }
  record(call, "AcceptServer", in.server + ": " + in.reason.substr(0, 256), nullptr);
  co_return AcceptServerReply{};
}

ControlService::Answer<VerifyAppReply> ControlService::verify_app(Call& call, VerifyAppParameters) {
  if (auto held = require(call, parts_.config.get().roles.observer, "observer", "VerifyApp"); !held)
    co_return std::unexpected(held.error());
  co_return fail(errors::NotSupported{"VerifyApp"});
}
ControlService::Answer<SetAppEnabledReply> ControlService::set_app_enabled(Call& call, SetAppEnabledParameters) {
  if (auto held = require(call, parts_.config.get().roles.operators, "operator", "SetAppEnabled"); !held)
    co_return std::unexpected(held.error());
  co_return fail(errors::NotSupported{"SetAppEnabled"});
}
ControlService::Answer<VerifyAuditReply> ControlService::verify_audit(Call& call, VerifyAuditParameters) {
  if (auto held = require(call, parts_.config.get().roles.observer, "observer", "VerifyAudit"); !held)
    co_return std::unexpected(held.error());
  co_return fail(errors::NotSupported{"VerifyAudit"});
}

}  // namespace wardend::service

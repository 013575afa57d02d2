// GetToken: the way that every app takes all day.
#include <algorithm>

#include "base/log.hpp"
#include "daemon/service/audit_caller.hpp"
#include "daemon/service/broker_service.hpp"
#include "daemon/service/token_reply.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::service {
namespace {

constexpr std::int64_t longest_validity = 24L * 3600;

}  // namespace

Result<session::Session*> BrokerService::find_session(const Who& who, const std::string& id) {
  session::Session* session = parts_.store.find(id);
  if (session == nullptr || !who.owns(*session))
    return fail(errors::UnknownSession{"no such session of this caller: launch first"});
  if (session->cleared() != nullptr) return fail(session->cleared()->error());
  if (session->epoch != who.epoch)
    return fail(errors::UnknownSession{"the session began after this connection's epoch: connect again"});
  return session;
}

// Without a session named: what this process launched, or the EHR for it.
Result<session::Session*> BrokerService::implied_session(const Who& who) {
  std::vector<session::Session*> candidates;
  const session::Session* ended = nullptr;
  for (session::Session* session : parts_.store.of_login_session(who.login_session)) {
    const bool own = session->launcher == who.process;
    if (!who.owns(*session) || (!own && session->launcher.exists())) continue;
    if (session->cleared() == nullptr)
      candidates.push_back(session);
    else if (own)
      ended = session;
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty() && ended != nullptr) return fail(ended->cleared()->error());
  if (candidates.empty())
    return fail(errors::UnknownSession{"this process has no session: launch first, or name a session"});
  std::vector<std::string> ids;
  ids.reserve(candidates.size());
  for (const session::Session* session : candidates) ids.push_back(session->id);
  std::ranges::sort(ids);
  return fail(errors::AmbiguousSession{std::move(ids)});
}

Result<void> BrokerService::check_token_request(const Who& who, const session::Session& session,
                                                const ipc::broker::GetTokenParameters& in) const {
  const config::App* app = who.config->app(session.app);
  if (app == nullptr) return fail(errors::AppDisabled{.reason = "the app was taken out of the configuration"});
  if (!app->enabled) return fail(disabled(*app));
  if (in.min_validity && (*in.min_validity < 0 || *in.min_validity > longest_validity))
    return fail(errors::InvalidRequest{.field = "min_validity", .reason = "must be 0 to 86400 seconds"});
  if (in.patient && !session.context.patient)
    return fail(
        errors::PatientContextMissing{.reason = "the EHR named no patient at the launch", .session = session.id});
  if (in.patient && *in.patient != *session.context.patient)
    return fail(errors::PatientMismatch{.session = session.id, .requested = *in.patient});
  if (!parts_.audit.writable() && who.config->audit.on_failure == config::OnFailure::refuse)
    return fail(errors::NotAuthorized{"the audit trail cannot be written: mend it, or set on_failure = \"allow\""});
  return {};
}

// What a module left open and only the service knows: the advice of the app, the state of the server.
Error BrokerService::completed(Error error, const std::string& session_id) {
  const session::Session* session = parts_.store.find(session_id);
  const config::App* app = session == nullptr ? nullptr : parts_.config.get().app(session->app);
  auto* unavailable = error.as<errors::ServerUnavailable>();
  if (app == nullptr || unavailable == nullptr) return error;
  if (parts_.server_health.down(session->server))
    unavailable->since = parts_.server_health.record(session->server).state_since;
  if (!app->advice.empty()) unavailable->advice = app->advice;
  return error;
}

ipc::PreparedReply BrokerService::hand_out(const Who& who, session::Session& session) {
  const BootTime now = parts_.clock.now();
  session.last_used = now;
  session.held_by(who.process);
  parts_.keeper.used(session);
  TokenReply reply = replies_.of(session, *who.config, parts_.server_health.freshness(session.server), now);
  ++token_requests_[session.app][0];
  const auto same = [&](const session::Receiver& receiver) { return receiver.process == who.process; };
  const auto receiver = std::ranges::find_if(session.receivers, same);
  const bool counted = receiver != session.receivers.end() && now - receiver->recorded_at < 1min;
  if (counted) {
    ++receiver->uncounted;
    return {std::move(reply.parameters_json)};
  }
  AuditRecord record = audit_entry(AuditKind::token, session);
  record.granted().pid = who.process.pid;
  record.request_id = std::move(reply.request_id);
  if (receiver != session.receivers.end()) {
    record.count += receiver->uncounted;
    receiver->uncounted = 0;
    receiver->recorded_at = now;
  } else {
    session.receivers.push_back({.process = who.process, .recorded_at = now});
  }
  parts_.audit.write(std::move(record));
  return {std::move(reply.parameters_json)};
}

void BrokerService::record_token(const Call& call, const Who& who, const session::Session* session,
                                 const Error& error) {
  const std::string app = session != nullptr ? session->app : (who.apps.empty() ? "" : who.apps.front()->id);
  ++token_requests_[app][static_cast<std::size_t>(error.code()) + 1];
  AuditRecord record(AuditKind::token);
  record.denied(name_of(error.code())).app = app;
  if (session != nullptr) record.session = session->id;
  record.login_session = who.login_session;
  name_caller(record, call.caller);
  record.detail = error.detail();
  parts_.audit.write_counted(std::move(record));
  log::debug("token refused", {{"error", name_of(error.code())},
                               {"uid", call.caller.uid()},
                               {"pid", call.caller.pid()},
                               {"detail", error.detail()}});
}

BrokerService::Answer<ipc::PreparedReply> BrokerService::get_token(Call& call, ipc::broker::GetTokenParameters in) {
  Result<Who> who = parts_.gate.admit(call, Demand::present);
  if (!who) {
    record_token(call, {}, nullptr, who.error());
    co_return std::unexpected(std::move(who.error()));
  }
  Result<session::Session*> found = in.session ? find_session(*who, *in.session) : implied_session(*who);
  Result<void> allowed = found ? check_token_request(*who, **found, in) : std::unexpected(found.error());
  if (!allowed) {
    record_token(call, *who, found ? *found : nullptr, allowed.error());
    co_return std::unexpected(std::move(allowed.error()));
  }
  refresh::TokenReadiness::Wish wish{.session = in.session ? std::move(*in.session) : (*found)->id,
                                     .epoch = who->epoch};
  if (in.min_validity) wish.min_validity = std::chrono::seconds(*in.min_validity);
  if (in.rejected) wish.rejected = *in.rejected;
  const auto verdict = parts_.readiness.judge(wish);
  if (verdict && *verdict == refresh::TokenReadiness::Verdict::ready) {
    call.about = {(*found)->id};
    co_return hand_out(*who, **found);
  }
  const Result<void> obtained =
      verdict ? co_await parts_.readiness.obtain(wish) : Result<void>(std::unexpected(verdict.error()));
  // Locked meanwhile? That is said before anything about the session.
  who = parts_.gate.admit(call, Demand::present);
  session::Session* session = parts_.store.find_live(wish.session, wish.epoch);
  if (who && obtained && session != nullptr) {
    call.about = {session->id};
    co_return hand_out(*who, *session);
  }
  Error error = !who ? who.error()
                     : (!obtained ? obtained.error() : errors::UnknownSession{"the session has ended: launch again"});
  error = completed(std::move(error), wish.session);
  record_token(call, who ? *who : Who{}, parts_.store.find(wish.session), error);
  co_return std::unexpected(std::move(error));
}

}  // namespace wardend::service

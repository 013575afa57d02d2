// From tokens to a session: what came is checked against the app's rules and the person at the workstation, and
// published only if the epoch in which the launch began still stands. What is refused is revoked.
#include <utility>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/session/terms.hpp"

namespace wardend::launch {

// Whether this server has named the epoch's user by another fhirUser: one sub that is two people is believed as
// neither.
bool Launcher::named_otherwise(const Pending& pending, const oauth::IdTokenClaims& who) {
  for (const session::Session* session : parts_.store.of_login_session(pending.login_session)) {
    if (session->epoch != pending.epoch || session->server != pending.server || session->user.issuer != who.issuer)
      continue;
    const std::string& known = session->user.fhir_user;
    if (!known.empty() && !who.fhir_user.empty() && known != who.fhir_user) return true;
  }
  return false;
}

Result<void> Launcher::settle_user(Pending& pending, const std::optional<oauth::IdTokenClaims>& who) {
  const session::Presence presence = parts_.workstation.presence(pending.login_session);
  if (presence == session::Presence::locked)
    return fail(errors::WorkstationLocked{"the workstation is locked: unlock it and launch again"});
  if (presence == session::Presence::held) {
    const auto last = parts_.workstation.last_clear(pending.login_session);
    const auto cleared_at = last ? std::optional(parts_.clock.wall_at(last->boot)) : std::nullopt;
    if (!proves_presence(pending.mode, who ? who->auth_time : std::nullopt, cleared_at))
      return fail(errors::WorkstationLocked{
          "nobody has signed in since the last clear: launch from the EHR, or sign out of the EHR in the "
          "browser and launch again (where that does not help, set prompt = \"login\" for the server)"});
    parts_.workstation.prove_presence(pending.login_session);
  }
  if (!who) return {};
  if (!parts_.workstation.same_user(pending.epoch, who->issuer, who->subject) || named_otherwise(pending, *who)) {
    // The launch goes on into the epoch that begins here; its own entry must not be ended with the old one.
    const session::EpochNumber old = std::exchange(pending.epoch, 0);
    log::info("another user signed in", {{"login_session", pending.login_session}, {"app", pending.app}});
    parts_.clearing.clear_login_session(pending.login_session,
                                        {ClearReason::other_user, "another sub or fhirUser at the same issuer"});
    pending.epoch = parts_.workstation.current_epoch(pending.login_session);
    if (pending.epoch == old) return fail(errors::WorkstationLocked{"the login session has ended: launch again"});
    parts_.workstation.prove_presence(pending.login_session);
  }
  parts_.workstation.remember_user(pending.epoch, who->issuer, who->subject);
  return {};
}

Result<std::string> Launcher::make_session(Pending& pending, Arrival arrival) {
  if (pending.outcome || !parts_.workstation.running(pending.epoch)) {
    revoke(pending, std::move(arrival.response));
    if (pending.outcome) return *pending.outcome;
    return fail(parts_.workstation.end_of(pending.epoch, pending.login_session).error());
  }
  const config::App* app = parts_.config.get().app(pending.app);
  if (app == nullptr || app->registration(pending.server) == nullptr) {
    revoke(pending, std::move(arrival.response));
    return fail(errors::UnknownApp{"the app was taken out of the configuration"});
  }
  Result<Grant> grant = admit(*app, arrival.response, arrival.who, pending.requested);
  std::optional<Error> refused;
  if (!grant) refused = grant.error();
  if (!refused) {
    if (auto settled = settle_user(pending, arrival.who); !settled) refused = settled.error();
  }
  if (refused) {
    revoke(pending, std::move(arrival.response));
    return std::unexpected(std::move(*refused));
  }
  session::Session& added = parts_.store.add(build(pending, std::move(arrival), *grant));
  at_failure_point("launch.made");
  parts_.keeper.keep_login_session(added.login_session);
  parts_.keeper.keep(added);
  at_failure_point("launch.kept");
  publish(added, pending.mode, *grant);
  at_failure_point("launch.published");
  return added.id;
}

std::unique_ptr<session::Session> Launcher::build(const Pending& pending, Arrival arrival, const Grant& grant) {
  oauth::TokenResponse& response = arrival.response;
  session::Tokens tokens{.access = std::move(response.access_token),
                         .refresh = std::move(response.refresh_token),
                         .obtained_at = arrival.sent_at,
                         .expires_at = arrival.sent_at + response.life,
                         .generation = 1};
  auto session = std::make_unique<session::Session>(session::Active{std::move(tokens)});
  session->id = parts_.random.token(16);
  session->app = pending.app;
  session->server = pending.server;
  session->login_session = pending.login_session;
  session->epoch = pending.epoch;
  session->uid = pending.uid;
  session->launcher = pending.launcher;
  if (arrival.who) session->user = {arrival.who->fhir_user, arrival.who->subject, arrival.who->issuer};
  session->context = std::move(response.context);
  session->hub = std::move(response.hub);
  session->granted = grant.granted;
  session->missing = grant.missing;
  session->client = pending.client;
  session->terms = session::terms_of(parts_.config.get(), pending.app, pending.server);
  session->started_at = parts_.clock.wall_now();
  session->started_boot = parts_.clock.now();
  session->last_used = parts_.clock.now();
  return session;
}

void Launcher::publish(session::Session& session, Mode mode, const Grant& grant) {
  const std::pair<std::string, std::string> key{session.app, session.server};
  if (!session.context.patient) ++counters_.without_patient[key];
  if (!session.missing.empty()) {
    ++counters_.scope_shortfall[key];
    log::bounded(
        log::Level::warn, "the server granted less than asked for", session.app + ' ' + session.server,
        {{"app", session.app}, {"server", session.server}, {"missing", session.missing.size()}, {"hint", grant.hint}});
  }
  if (grant.surplus > 0)
    log::bounded(log::Level::info, "the server granted more than asked for; that is not used",
                 session.app + ' ' + session.server,
                 {{"app", session.app}, {"server", session.server}, {"surplus", grant.surplus}});
  parts_.schedule.launched(session);
  log::info("session started", {{"session", session.id},
                                {"app", session.app},
                                {"server", session.server},
                                {"mode", name_of(mode)},
                                {"login_session", session.login_session}});
  parts_.hub.publish({.kind = session::EventKind::session_started,
                      .at = parts_.clock.wall_now(),
                      .session = session.id,
                      .app = session.app,
                      .server = session.server,
                      .epoch = session.epoch});
}

void Launcher::revoke(const Pending& pending, oauth::TokenResponse response) {
  parts_.revoker.enqueue(
      {.server = pending.server,
       .app = pending.app,
       .session = {},
       .client = pending.client,
       .token = oauth::to_revoke(std::move(response.refresh_token), std::move(response.access_token))});
}

}  // namespace wardend::launch

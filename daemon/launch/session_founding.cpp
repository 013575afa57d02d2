#include "daemon/launch/session_founding.hpp"

#include <vector>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/launch/session_words.hpp"
#include "daemon/session/terms.hpp"

namespace wardend::launch {
namespace {

// For the audit trail: how the answer differs from what was asked for, and what of it is not used; empty: neither.
std::string note_of(const Grant& grant, const oauth::TokenResponse& response) {
  constexpr std::size_t longest = 1024;  // a server names as many scopes as it likes
  std::vector<std::string> notes = response.left_out;
  if (response.scope_assumed) notes.emplace_back("the answer names no scopes: what was asked for counts as granted");
  if (!grant.missing.empty())
    notes.push_back("not granted: " + joined(grant.missing, " ") +
                    (grant.cause.empty() ? std::string() : " (" + grant.cause + ")"));
  if (!grant.surplus.empty()) notes.push_back("granted, not asked for and not used: " + joined(grant.surplus, " "));
  return printable(joined(notes, "; "), longest);
}

}  // namespace

Result<std::string> SessionFounding::found(Pending& pending, Arrival& arrival) {
  const config::App* app = parts_.config.get().app(pending.app);
  if (app == nullptr || app->registration(pending.server) == nullptr)
    return fail(errors::UnknownApp{"the app was taken out of the configuration"});
  if (!app->in_use()) return fail(config::disabled(*app));
  const Result<Grant> grant = admit(*app, arrival.response, arrival.who, pending.requested);
  if (!grant) return std::unexpected(grant.error());
  if (auto settled = parts_.settlement.settle(pending, arrival); !settled) return std::unexpected(settled.error());
  session::Session& added = parts_.store.add(build(pending, arrival, *grant));
  at_failure_point("launch.made");
  parts_.session_vault.keep_login_session(added.login_session);
  parts_.session_vault.keep(added);
  at_failure_point("launch.kept");
  publish(added, pending.mode, *grant);
  at_failure_point("launch.published");
  pending.grant_note = note_of(*grant, arrival.response);
  replace_older(added);
  return added.id;
}

void SessionFounding::replace_older(const session::Session& added) {
  std::vector<session::Session*> older;
  for (session::Session* session : parts_.store.of_login_session(added.login_session))
    if (session != &added && session->cleared() == nullptr && session::same_launch(*session, added))
      older.push_back(session);
  for (const session::Session* session : older)
    parts_.clearing.clear_session(*session, {ClearReason::superseded, "launched again as " + added.id});
}

std::unique_ptr<session::Session> SessionFounding::build(const Pending& pending, Arrival& arrival, const Grant& grant) {
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
  session->patient_check = std::move(arrival.patient_check);
  session->granted = grant.granted;
  session->missing = grant.missing;
  session->client = pending.client;
  session->terms = session::terms_of(parts_.config.get(), pending.app, pending.server);
  session->started_at = parts_.clock.wall_now();
  session->started_boot = parts_.clock.now();
  session->last_used = parts_.clock.now();
  return session;
}

void SessionFounding::publish(session::Session& session, Mode mode, const Grant& grant) {
  const std::pair<std::string, std::string> key{session.app, session.server};
  if (!session.context.patient) ++counters_.without_patient[key];
  if (!session.missing.empty()) {
    ++counters_.scope_shortfall[key];
    log::bounded(log::Level::warn, "the server granted less than asked for", session.app + ' ' + session.server,
                 {{"app", session.app},
                  {"server", session.server},
                  {"missing", joined(session.missing, " ")},
                  {"cause", grant.cause}});
  }
  if (!grant.surplus.empty()) {
    ++counters_.scope_surplus[key];
    log::bounded(log::Level::info, "the server granted more than asked for; that is not used",
                 session.app + ' ' + session.server,
                 {{"app", session.app}, {"server", session.server}, {"surplus", grant.surplus.size()}});
  }
  parts_.schedule.launched(session);
  log::info("session started", {{"session", session.id},
                                {"app", session.app},
                                {"server", session.server},
                                {"mode", name_of(mode)},
                                {"login_session", session.login_session}});
  parts_.hub.publish({.kind = events::EventKind::session_started,
                      .at = parts_.clock.wall_now(),
                      .session = session.id,
                      .app = session.app,
                      .server = session.server,
                      .epoch = session.epoch});
}

}  // namespace wardend::launch

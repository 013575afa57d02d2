// From the redirect to a session: the code is exchanged once, the answer checked, and published only if the epoch in
// which the launch began still stands.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/launch/launcher.hpp"

namespace wardend::launch {
namespace {

constexpr auto exchange_timeout = std::chrono::milliseconds(8000);  // for all attempts together
// A launch outlives its exchange, discovery included: tokens that come must find somebody to hold or to revoke them.
constexpr Duration exchange_life = 20s;

std::string describe(const smart::TokenFailure& failure) {
  if (failure.kind == smart::TokenFailureClass::transient)
    return "the server could not finish the sign-in now (" + failure.code + "): launch again in a minute";
  return "the server refused the sign-in (" + failure.code +
         "): launch again; if it stays so, ask IT to look at the "
         "app's registration";
}

std::string_view describe(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return "token_tls";
    case HttpFailure::Kind::timeout:
      return "token_timeout";
    case HttpFailure::Kind::too_large:
      return "token_too_large";
    case HttpFailure::Kind::network:
      return "token_unreachable";
  }
  return "token_unreachable";
}

// An error of the authorization endpoint, in words. Spec: RFC 6749 §4.1.2.1
std::string explain(const std::string& error) {
  if (error == "access_denied") return "the sign-in was refused or cancelled: launch again if that was not meant";
  if (error == "invalid_scope")
    return "the server refuses the app's scopes: compare [[app.scope]] with its registration";
  if (error == "temporarily_unavailable" || error == "server_error")
    return "the EHR cannot sign in now: try again later";
  return "the EHR refused the launch: check the client's registration there";
}

}  // namespace

asio::awaitable<Result<std::string>> Launcher::redirected(std::string launch_id,
                                                          smart::AuthorizationResponse response) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(Errc::LaunchExpired, "no such launch: begin again");
  pending->state = Secret();  // spent on first use, success or not
  const auto known = co_await parts_.directory.get(pending->server, session::ServerDirectory::Need::known);
  pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(Errc::LaunchExpired, "no such launch: begin again");
  std::optional<Error> refused;
  if (!known) {
    refused = launch_failed("discovery", known.error().code, known.error().description);
  } else if (const auto mismatch = smart::check_response_issuer(response, **known)) {
    refused = launch_failed("authorization", *mismatch, "the redirect came from another authorization server");
  } else if (!response.error.empty()) {
    std::string text = explain(response.error);
    if (!response.error_description.empty()) text += " (" + response.error_description + ")";
    refused = launch_failed("authorization", response.error, text);
  }
  if (refused) {
    over(*pending, std::unexpected(*refused));
  } else if (!pending->exchanging && !pending->outcome) {
    pending->exchanging = true;
    pending->expires_at = std::max(pending->expires_at, parts_.clock.now() + exchange_life);
    exchanges_.spawn("code exchange", exchange(launch_id, std::move(response.code)));
  }
  const session::EpochNumber epoch = pending->epoch;
  co_return co_await await(std::move(launch_id), epoch);
}

asio::awaitable<void> Launcher::exchange(std::string launch_id, Secret code) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr || pending->outcome) co_return;
  const auto discovery = co_await parts_.directory.get(pending->server, session::ServerDirectory::Need::known);
  const BootTime deadline = parts_.clock.now() + exchange_timeout;
  for (int attempt = 0; attempt < 2; ++attempt) {
    pending = pending_.find(launch_id);
    const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - parts_.clock.now());
    if (left < 1s) break;
    const auto config = parts_.config.hold();
    const config::Server* server = pending == nullptr ? nullptr : config->server(pending->server);
    if (pending == nullptr || pending->outcome || server == nullptr || !discovery) break;
    const auto client = smart::authenticate_client({.client_id = pending->client_id}, {}, {}).value();
    HttpRequest request{
        .method = HttpRequest::Method::post,
        .url = (*discovery)->token_endpoint.text(),
        .headers = {{"Accept", "application/json"}},
        .body = smart::code_exchange_body(client, code.reveal(), pending->redirect_uri, pending->verifier.reveal()),
        .timeout = left,
        .ca_file = server->ca_file};
    auto outcome = co_await parts_.http.send(std::move(request));
    pending = pending_.find(launch_id);
    if (!outcome) {
      // A code is never sent twice to a server that may have seen it. Spec: RFC 6749 §4.1.2
      if (!outcome.error().request_sent && attempt == 0 && outcome.error().kind == HttpFailure::Kind::network) continue;
      if (pending != nullptr)
        over(*pending, std::unexpected(launch_failed("token", std::string(describe(outcome.error())),
                                                     "the server did not finish the sign-in: launch again")));
      co_return;
    }
    auto tokens = smart::parse_token_response(outcome->status, outcome->header("content-type"), outcome->body.reveal());
    if (pending == nullptr) co_return;  // cannot be: see exchange_life
    if (!tokens) {
      over(*pending, std::unexpected(launch_failed("token", tokens.error().code, describe(tokens.error()))));
      co_return;
    }
    over(*pending, make_session(*pending, std::move(*tokens), outcome->sent_at, **discovery));
    co_return;
  }
  if (pending != nullptr)
    over(*pending,
         std::unexpected(launch_failed("token", "token_unreachable", "the server is not reachable: launch again")));
}

Result<void> Launcher::settle_user(Pending& pending, const smart::TokenResponse& response) {
  const auto& claims = response.id_token_claims;
  const session::Presence presence = parts_.workstation.presence(pending.login_session);
  if (presence == session::Presence::locked)
    return fail(Errc::WorkstationLocked, "the workstation is locked: unlock it and launch again");
  if (presence == session::Presence::held) {
    const auto last = parts_.workstation.last_clear(pending.login_session);
    if (!proves_presence(pending.mode, claims ? claims->auth_time : std::nullopt, last))
      return fail(Errc::WorkstationLocked,
                  "nobody has signed in since the last clear: sign out of the EHR in the browser, "
                  "then launch again, or launch from the EHR");
    parts_.workstation.prove_presence(pending.login_session);
  }
  if (!claims) return {};
  if (!parts_.workstation.same_user(pending.epoch, claims->issuer, claims->subject)) {
    // The launch goes on into the epoch that begins here; its own entry must not be ended with the old one.
    const session::EpochNumber old = std::exchange(pending.epoch, 0);
    log::info("another user signed in", {{"login_session", pending.login_session}, {"app", pending.app}});
    parts_.clearing.clear_login_session(pending.login_session,
                                        {ClearReason::other_user, "another sub at the same issuer"});
    pending.epoch = parts_.workstation.current_epoch(pending.login_session, pending.uid);
    if (pending.epoch == old) return fail(Errc::WorkstationLocked, "the login session has ended: launch again");
    parts_.workstation.prove_presence(pending.login_session);
  }
  parts_.workstation.remember_user(pending.epoch, claims->issuer, claims->subject);
  return {};
}

Result<std::string> Launcher::make_session(Pending& pending, smart::TokenResponse response, BootTime sent_at,
                                           const smart::Discovery& discovery) {
  if (pending.outcome || !parts_.workstation.running(pending.epoch)) {
    revoke(pending, std::move(response));
    return fail(Errc::SessionCleared, "the workstation was cleared meanwhile: launch again");
  }
  const config::App* app = parts_.config.get().app(pending.app);
  if (app == nullptr || app->registration(pending.server) == nullptr) {
    revoke(pending, std::move(response));
    return fail(Errc::UnknownApp, "the app was taken out of the configuration");
  }
  Result<Grant> grant = admit(*app, response, pending.client_id, discovery);
  std::optional<Error> refused;
  if (!grant) refused = grant.error();
  if (!refused) {
    if (auto settled = settle_user(pending, response); !settled) refused = settled.error();
  }
  if (refused) {
    revoke(pending, std::move(response));
    return std::unexpected(std::move(*refused));
  }
  auto session = build(pending, std::move(response), std::move(*grant), sent_at);
  session::Session& added = parts_.store.add(std::move(session));
  publish(added, pending.mode);
  return added.id;
}

std::unique_ptr<session::Session> Launcher::build(const Pending& pending, smart::TokenResponse response, Grant grant,
                                                  BootTime sent_at) {
  auto session = std::make_unique<session::Session>();
  session->id = parts_.random.token(16);
  session->app = pending.app;
  session->server = pending.server;
  session->login_session = pending.login_session;
  session->epoch = pending.epoch;
  session->uid = pending.uid;
  session->launcher = pending.launcher;
  if (const auto& claims = response.id_token_claims)
    session->user = {claims->fhir_user, claims->subject, claims->issuer};
  session->context = std::move(response.context);
  session->granted = std::move(grant.granted);
  session->missing = std::move(grant.missing);
  session->client_id = pending.client_id;
  session->started_at = parts_.clock.wall_now();
  session->started_boot = parts_.clock.now();
  session->last_used = parts_.clock.now();
  session::Tokens tokens{.access = std::move(response.access_token),
                         .refresh = std::move(response.refresh_token),
                         .obtained_at = sent_at,
                         .expires_at = sent_at + response.life,
                         .generation = 1};
  session->data = session::Active{std::move(tokens)};
  return session;
}

void Launcher::publish(session::Session& session, Mode mode) {
  const std::pair<std::string, std::string> key{session.app, session.server};
  if (!session.context.patient) ++counters_.without_patient[key];
  if (!session.missing.empty()) {
    ++counters_.scope_shortfall[key];
    log::warn("the server granted less than asked for",
              {{"app", session.app}, {"server", session.server}, {"missing", session.missing.size()}});
  }
  parts_.refresher.plan(session);
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

void Launcher::revoke(const Pending& pending, smart::TokenResponse response) {
  const bool refreshable = !response.refresh_token.empty();
  parts_.revoker.enqueue({.server = pending.server,
                          .app = pending.app,
                          .session = {},
                          .client_id = pending.client_id,
                          .token = std::move(refreshable ? response.refresh_token : response.access_token),
                          .kind = refreshable ? smart::RevokedToken::refresh_token : smart::RevokedToken::access_token,
                          .deadline = parts_.clock.now() + session::Revoker::deadline});
}

}  // namespace wardend::launch

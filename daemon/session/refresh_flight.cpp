// One refresh request: sent, judged, and published only if its epoch still stands.
#include <utility>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "daemon/session/refresh_policy.hpp"
#include "daemon/session/refresher.hpp"
#include "protocol/fhir/user.hpp"
#include "protocol/http/date.hpp"

namespace wardend::session {
namespace {

constexpr auto request_timeout = std::chrono::milliseconds(8000);
// A client that the server rejects stays rejected until somebody mends the registration.
constexpr std::chrono::seconds rejected_client_pause{300};

Secret body_for(const Session& session, const config::Server& server, const oauth::ClientAuthentication& client) {
  const std::string scope = server.oauth.refresh_scope == config::RefreshScope::same ? session.granted.text() : "";
  return oauth::refresh_body(client, session.tokens()->refresh.reveal(), scope);
}

// A refresh may leave fhirUser out, and may write it relative to the FHIR base.
bool names_another(const User& known, const oauth::IdTokenClaims& said, const config::Server* server) {
  if (known.subject.empty()) return false;
  if (said.subject != known.subject || said.issuer != known.issuer) return true;
  if (known.fhir_user.empty() || said.fhir_user.empty() || server == nullptr) return false;
  const auto resolved = fhir::resolve_user(said.fhir_user, server->fhir_base_url);
  return resolved && resolved->text != known.fhir_user;
}

}  // namespace

asio::awaitable<void> Refresher::fly(Attempt attempt) {
  struct Landed {
    Event& event;
    ~Landed() { event.notify_all(); }
  } landed{landed_};
  for (unsigned round = 0; round < 2; ++round) {
    const auto need = attempt.rediscover ? ServerDirectory::Need::now : ServerDirectory::Need::known;
    auto discovery = co_await parts_.directory.get(attempt.server, need);
    Session* session = parts_.store.find_live(attempt.session, attempt.epoch);
    if (session == nullptr) co_return;
    if (!discovery) {
      failed(*session, discovery.error().code, std::nullopt);
      break;
    }
    co_await send(attempt, *discovery, round);
    session = parts_.store.find_live(attempt.session, attempt.epoch);
    if (session == nullptr || session->state() != State::refreshing) break;
    attempt.rediscover = true;  // still refreshing: the answer asked for one more round
  }
  if (Session* session = parts_.store.find_live(attempt.session, attempt.epoch)) session->changed.notify_all();
}

asio::awaitable<void> Refresher::send(Attempt attempt, DiscoveryPtr discovery, unsigned round) {
  const auto config = parts_.config.hold();
  const config::Server* server = config->server(attempt.server);
  Session* session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (server == nullptr || session == nullptr) co_return;
  auto client = parts_.proof.make(session->client, discovery->token_endpoint.text());
  if (!client) {
    log::error(client.error(), {{"server", attempt.server}, {"app", session->app}});
    failed(*session, "credential", rejected_client_pause);
    co_return;
  }
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = discovery->token_endpoint.text(),
                      .headers = {{"Accept", "application/json"}},
                      .authorization = std::move(client->authorization),
                      .body = body_for(*session, *server, *client),
                      .timeout = request_timeout,
                      .route = server->route};
  parts_.keeper.keep(*session);
  at_failure_point("refresh.intent_kept");
  const BootTime began = parts_.clock.now();
  auto outcome = co_await parts_.http.send(std::move(request));
  const bool slept = !outcome && outcome.error().kind == HttpFailure::Kind::abandoned;
  if (!slept) counters_.duration[attempt.server].observe(parts_.clock.now() - began);
  if (discovery->token_endpoint.origin() == server->fhir_base_url.url().origin())
    parts_.link.observe(attempt.server, evidence_of(outcome));
  if (outcome) {
    arrived(attempt, std::move(*outcome), round);
    co_return;
  }
  session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session == nullptr) {
    ++counters_.refreshes[attempt.server]["dropped"];
    co_return;
  }
  if (slept) {
    abandoned(*session, outcome.error());
    co_return;
  }
  const bool may_have_acted = outcome.error().request_sent && outcome.error().kind != HttpFailure::Kind::tls;
  if (may_have_acted)
    unanswered(*session, "no_reply");
  else
    failed(*session, outcome.error().kind == HttpFailure::Kind::tls ? "tls" : "unreachable", std::nullopt);
}

void Refresher::arrived(const Attempt& attempt, HttpResponse response, unsigned round) {
  at_failure_point("refresh.answered");
  Judged judged = oauth::parse_token_response(response.status, response.header("content-type"), response.body.reveal());
  Session* session = parts_.store.find_live(attempt.session, attempt.epoch);
  if (session == nullptr) {
    if (judged) drop(attempt, std::move(*judged));
    ++counters_.refreshes[attempt.server]["dropped"];
    return;
  }
  if (judged) return received(*session, std::move(*judged), response.sent_at);
  const auto wait = http::retry_after(response.header("retry-after"), response.header("date"));
  const oauth::TokenFailure& failure = judged.error();
  const bool one_more = round == 0 && !session->unanswered;
  switch (failure.kind) {
    case oauth::TokenFailureClass::terminal:
      break;
    case oauth::TokenFailureClass::transient:
      return failed(*session, failure.code, wait);
    case oauth::TokenFailureClass::unusable:
      return unanswered(*session, failure.code);
    case oauth::TokenFailureClass::client_rejected:
      if (one_more) return;
      log::error("the server rejects this client; check its registration, its credential and the clock",
                 {{"server", attempt.server},
                  {"app", session->app},
                  {"error", failure.code},
                  {"server_clock_ahead_seconds",
                   http::clock_ahead(response.header("date"), parts_.clock.wall_now()).value_or(0s).count()}});
      return failed(*session, failure.code, rejected_client_pause);
    case oauth::TokenFailureClass::unclear:
      if (one_more) return;
      break;
  }
  ++counters_.refreshes[attempt.server]["terminal"];
  record(*session, failure.code, false);
  grant_over(*session, failure.code);
}

// What came for an ended epoch is never served: it is revoked.
void Refresher::drop(const Attempt& attempt, oauth::TokenResponse response) {
  const bool refreshable = !response.refresh_token.empty();
  parts_.revoker.enqueue({.server = attempt.server,
                          .app = {},
                          .session = attempt.session,
                          .client = attempt.client,
                          .token = std::move(refreshable ? response.refresh_token : response.access_token),
                          .kind = refreshable ? oauth::RevokedToken::refresh_token : oauth::RevokedToken::access_token,
                          .deadline = parts_.clock.now() + Revoker::deadline});
}

void Refresher::received(Session& session, oauth::TokenResponse response, BootTime sent_at) {
  // Over verified TLS from the token endpoint the claims stand without their signature; what they can do here is to end
  // the session. Spec: OpenID Connect Core 1.0 §3.1.3.7 item 6 and §12.2
  const auto config = parts_.config.hold();
  const config::Server* server = config->server(session.server);
  const bool other_user = response.id_token_claims && names_another(session.user, *response.id_token_claims, server);
  const bool other_context = smart::compare_context(session.context, response.context) != smart::ContextChange::same;
  if (other_user || other_context) {
    const Attempt attempt{.session = session.id, .server = session.server, .client = session.client};
    ++counters_.refreshes[session.server]["terminal"];
    record(session, other_user ? "other_user" : "patient_changed", false);
    log::error("a refresh came back for another context; the session is cleared",
               {{"session", session.id}, {"server", session.server}, {"user_differs", other_user}});
    const std::string login_session = session.login_session;
    if (other_user)
      parts_.clearing.clear_login_session(login_session,
                                          {ClearReason::other_user, "another sub or fhirUser in a refresh"});
    else
      parts_.clearing.clear_session(session, {ClearReason::patient_changed, "another context in a refresh"});
    return drop(attempt, std::move(response));
  }
  if (response.hub) session.hub = std::move(response.hub);
  Tokens& tokens = *session.tokens();
  tokens.access = std::move(response.access_token);
  if (!response.refresh_token.empty()) tokens.refresh = std::move(response.refresh_token);
  tokens.obtained_at = sent_at;
  tokens.expires_at = sent_at + response.life;
  ++tokens.generation;
  bool reduced = false;
  if (response.scope) {
    const config::App* app = parts_.config.get().app(session.app);
    if (app != nullptr) {
      const std::size_t missed = session.missing.size();
      session.missing = smart::missing_scopes(app->wanted_scopes(), *response.scope);
      reduced = session.missing.size() > missed;
      session.granted = smart::without_surplus(*response.scope, app->wanted_scopes());
    }
  }
  if (reduced)
    log::warn("a refresh granted less than before", {{"session", session.id},
                                                     {"app", session.app},
                                                     {"server", session.server},
                                                     {"missing", session.missing.size()}});
  session.prepared = Secret();
  session.receivers.clear();
  session.failures = 0;
  session.unanswered = false;
  session.last_failure.clear();
  session.last_refresh = sent_at;
  enter(session, Fact::tokens_received);
  at_failure_point("refresh.tokens_set");
  parts_.keeper.keep(session);
  at_failure_point("refresh.tokens_kept");
  ++counters_.refreshes[session.server]["ok"];
  record(session, "ok", true);
  plan(session);
  parts_.hub.publish({.kind = EventKind::token_refreshed,
                      .at = parts_.clock.wall_now(),
                      .session = session.id,
                      .app = session.app,
                      .server = session.server,
                      .epoch = session.epoch,
                      .reason = reduced ? "scope_reduced" : ""});
  session.changed.notify_all();
  at_failure_point("refresh.published");
}

}  // namespace wardend::session

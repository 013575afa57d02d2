// From the redirect to tokens: the code is exchanged once, and who signed in is checked. What becomes of them is in
// establish.cpp.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/launch/launcher.hpp"

namespace wardend::launch {
namespace {

constexpr Duration exchange_time = 8s;  // for the code and, where they are not known yet, the issuer's keys
// A launch outlives its exchange, discovery included: tokens that come must find somebody to hold or to revoke them.
constexpr Duration exchange_life = 20s;

std::string describe(const oauth::TokenFailure& failure) {
  if (failure.kind == oauth::TokenFailureClass::transient)
    return "the server could not finish the sign-in now (" + failure.code + "): launch again in a minute";
  if (failure.kind == oauth::TokenFailureClass::client_rejected)
    return "the server rejects this client: compare client_id, client_auth and credential with its registration, and "
           "the "
           "clocks";
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
    case HttpFailure::Kind::abandoned:
      return "token_unreachable";
  }
  return "token_unreachable";
}

Error token_failed(std::string code, std::string description) {
  return errors::LaunchFailed{
      .stage = LaunchStage::token, .code = std::move(code), .description = std::move(description)};
}

Error unreachable() { return token_failed("token_unreachable", "the server is not reachable: launch again"); }

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
                                                          oauth::AuthorizationResponse response) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  pending->state = Secret();  // spent on first use, success or not
  const auto known = co_await parts_.directory.get(pending->server, session::ServerDirectory::Need::known);
  pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  std::optional<Error> refused;
  if (!known) {
    refused = discovery_failed(known.error());
  } else if (const auto mismatch = oauth::check_response_issuer(response, **known)) {
    refused = errors::LaunchFailed{.stage = LaunchStage::authorization,
                                   .code = std::string(*mismatch),
                                   .description = "the redirect came from another authorization server"};
  } else if (!response.error.empty()) {
    std::string text = explain(response.error);
    if (!response.error_description.empty()) text += " (" + response.error_description + ")";
    refused = errors::LaunchFailed{
        .stage = LaunchStage::authorization, .code = response.error, .description = std::move(text)};
  }
  if (refused) {
    over(*pending, std::unexpected(*refused));
  } else if (!pending->exchanging && !pending->outcome) {
    pending->exchanging = true;
    pending->expires_at = std::max(pending->expires_at, parts_.clock.now() + exchange_life);
    exchanges_.spawn("code exchange", exchange(launch_id, std::move(response.code)));
  }
  co_return co_await await(std::move(launch_id));
}

asio::awaitable<void> Launcher::exchange(std::string launch_id, Secret code) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr || pending->outcome) co_return;
  const auto discovery = co_await parts_.directory.get(pending->server, session::ServerDirectory::Need::known);
  const BootTime deadline = parts_.clock.now() + exchange_time;
  auto arrival = discovery ? co_await redeem(launch_id, std::move(code), *discovery, deadline)
                           : Result<Arrival>(std::unexpected(unreachable()));
  std::optional<Error> refused;
  if (arrival && !arrival->response.id_token.empty()) {
    pending = pending_.find(launch_id);
    if (pending == nullptr) co_return;  // cannot be: see exchange_life
    auto who = co_await identity_.verify({.server = pending->server,
                                          .discovery = **discovery,
                                          .client_id = pending->client.identity.client_id,
                                          .nonce = pending->nonce,
                                          .id_token = arrival->response.id_token.clone(),
                                          .access_token = arrival->response.access_token.clone(),
                                          .deadline = deadline});
    if (who)
      arrival->who = std::move(*who);
    else
      refused = who.error();
  }
  pending = pending_.find(launch_id);
  if (pending == nullptr) co_return;  // cannot be: see exchange_life
  if (!arrival) co_return over(*pending, std::unexpected(arrival.error()));
  if (refused) {
    revoke(*pending, std::move(arrival->response));
    co_return over(*pending, std::unexpected(std::move(*refused)));
  }
  over(*pending, make_session(*pending, std::move(*arrival)));
}

// Sends the code, once. Only a request of which no byte left may be repeated. Spec: RFC 6749 §4.1.2
asio::awaitable<Result<Launcher::Arrival>> Launcher::redeem(std::string launch_id, Secret code,
                                                            session::DiscoveryPtr discovery, BootTime deadline) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Pending* pending = pending_.find(launch_id);
    const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - parts_.clock.now());
    const auto config = parts_.config.hold();
    const config::Server* server = pending == nullptr ? nullptr : config->server(pending->server);
    if (left < 1s || server == nullptr || pending->outcome) break;
    auto client = parts_.proof.make(pending->client, discovery->token_endpoint.text());
    if (!client)
      co_return fail(
          errors::LaunchFailed{.stage = LaunchStage::client, .code = "credential", .description = client.error()});
    HttpRequest request{
        .method = HttpRequest::Method::post,
        .url = discovery->token_endpoint.text(),
        .headers = {{"Accept", "application/json"}},
        .authorization = std::move(client->authorization),
        .body = oauth::code_exchange_body(*client, code.reveal(), pending->redirect_uri, pending->verifier.reveal()),
        .timeout = left,
        .route = server->route};
    const auto outcome = co_await parts_.http.send(std::move(request));
    if (!outcome) {
      if (!outcome.error().request_sent && attempt == 0 && outcome.error().kind == HttpFailure::Kind::network) continue;
      co_return fail(
          token_failed(std::string(describe(outcome.error())), "the server did not finish the sign-in: launch again"));
    }
    auto tokens = oauth::parse_token_response(outcome->status, outcome->header("content-type"), outcome->body.reveal());
    if (!tokens) co_return fail(token_failed(tokens.error().code, describe(tokens.error())));
    if (outcome->header("cache-control").find("no-store") == std::string_view::npos)
      tokens->warnings.emplace_back("the answer lacks Cache-Control: no-store");
    for (const std::string& warning : tokens->warnings)
      log::bounded(log::Level::warn, "token response is not conformant", server->name,
                   {{"server", server->name}, {"finding", warning}});
    co_return Arrival{.response = std::move(*tokens), .who = {}, .sent_at = outcome->sent_at};
  }
  co_return std::unexpected(unreachable());
}

}  // namespace wardend::launch

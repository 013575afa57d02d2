#include "daemon/server/token_endpoint.hpp"

#include <utility>

namespace wardend::server {
namespace {

// Whom an assertion is meant for. Spec: RFC 7523 §3 item 3, SMART App Launch 2.2.0, OpenID Connect Core 1.0 §9
std::expected<std::string, std::string> audience_of(const config::Server& server, const smart::Discovery& discovery,
                                                    const std::string& address) {
  const std::string& wanted = server.oauth.assertion_audience;
  if (wanted == "token_endpoint") return discovery.token_endpoint.text();
  if (wanted == "endpoint") return address;
  if (wanted != "issuer") return wanted;
  if (discovery.issuer) return discovery.issuer->value;
  return std::unexpected("the server names no issuer for assertions: write its text as assertion_audience");
}

}  // namespace

asio::awaitable<PostAnswer> TokenEndpoint::exchange(Party party, CodeUse use) {
  const http::Url where = party.discovery->token_endpoint;
  co_return co_await post(std::move(party), where, Wanted::tokens, [&use](const oauth::ClientAuthentication& client) {
    return oauth::code_exchange_body(client, use.code.reveal(), use.redirect_uri, use.verifier.reveal());
  });
}

asio::awaitable<PostAnswer> TokenEndpoint::refresh(Party party, Secret refresh_token, std::string scope) {
  const http::Url where = party.discovery->token_endpoint;
  co_return co_await post(std::move(party), where, Wanted::tokens, [&](const oauth::ClientAuthentication& client) {
    return oauth::refresh_body(client, refresh_token.reveal(), scope);
  });
}

asio::awaitable<PostAnswer> TokenEndpoint::revoke(Party party, oauth::TokenToRevoke token) {
  const http::Url where = *party.discovery->revocation_endpoint;
  co_return co_await post(std::move(party), where, Wanted::revocation,
                          [&token](const oauth::ClientAuthentication& client) {
                            return oauth::revocation_body(client, token.token.reveal(), token.kind);
                          });
}

std::expected<void, std::string> TokenEndpoint::provable(const Party& party) const {
  const config::Server* server = config_.get().server(party.server);
  if (server == nullptr) return std::unexpected("the server was taken out of the configuration");
  if (party.client.identity.method == oauth::ClientAuth::none) return {};
  const auto audience = audience_of(*server, *party.discovery, party.discovery->token_endpoint.text());
  if (!audience) return std::unexpected(audience.error());
  return proof_.check(party.client);
}

asio::awaitable<PostAnswer> TokenEndpoint::post(Party party, http::Url where, Wanted wanted, Form form) {
  const auto config = config_.hold();
  const config::Server* server = config->server(party.server);
  if (server == nullptr)
    co_return std::unexpected(PostFailure{.unprovable = "the server was taken out of the configuration"});
  const auto audience = audience_of(*server, *party.discovery, where.text());
  if (!audience) co_return std::unexpected(PostFailure{.unprovable = audience.error()});
  auto client = proof_.make(party.client, {.audience = *audience, .names_client = server->oauth.assertion_client_id});
  if (!client) co_return std::unexpected(PostFailure{.unprovable = client.error()});
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = where.text(),
                      .headers = {{"Accept", "application/json"}},
                      .authorization = std::move(client->authorization),
                      .body = form(*client),
                      .max_response_bytes = oauth::max_token_answer,
                      .timeout = party.timeout,
                      .route = server->route,
                      .takes_part = true};
  auto answer = co_await http_.send(std::move(request));
  // On another host it is another link.
  if (where.origin() == server->fhir_base_url.url().origin()) tell_link(server->name, wanted, answer);
  if (!answer) co_return std::unexpected(PostFailure{.network = answer.error()});
  co_return std::move(*answer);
}

// One token that cannot be revoked says nothing of all else.
void TokenEndpoint::tell_link(const std::string& server, Wanted wanted,
                              const std::expected<HttpResponse, HttpFailure>& answer) {
  const bool for_tokens = wanted == Wanted::tokens;
  const LinkEvidence evidence = answer ? evidence_of_tokens(*answer) : evidence_of(answer.error());
  if (for_tokens || evidence.kind != LinkEvidence::Kind::failing) health_.observe(server, evidence);
}

}  // namespace wardend::server

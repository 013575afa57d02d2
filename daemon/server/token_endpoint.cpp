#include "daemon/server/token_endpoint.hpp"

#include <utility>

namespace wardend::server {

asio::awaitable<PostAnswer> TokenEndpoint::exchange(Party party, CodeUse use) {
  const std::string address = party.discovery->token_endpoint.text();
  co_return co_await post(std::move(party), address, [&use](const oauth::ClientAuthentication& client) {
    return oauth::code_exchange_body(client, use.code.reveal(), use.redirect_uri, use.verifier.reveal());
  });
}

asio::awaitable<PostAnswer> TokenEndpoint::refresh(Party party, Secret refresh_token, std::string scope) {
  const std::string address = party.discovery->token_endpoint.text();
  co_return co_await post(std::move(party), address, [&](const oauth::ClientAuthentication& client) {
    return oauth::refresh_body(client, refresh_token.reveal(), scope);
  });
}

asio::awaitable<PostAnswer> TokenEndpoint::revoke(Party party, oauth::TokenToRevoke token) {
  const std::string address = party.discovery->revocation_endpoint->text();
  co_return co_await post(std::move(party), address, [&token](const oauth::ClientAuthentication& client) {
    return oauth::revocation_body(client, token.token.reveal(), token.kind);
  });
}

asio::awaitable<PostAnswer> TokenEndpoint::post(Party party, std::string address, Form form) {
  const auto config = config_.hold();
  const config::Server* server = config->server(party.server);
  if (server == nullptr)
    co_return std::unexpected(PostFailure{.unprovable = "the server was taken out of the configuration"});
  auto client = proof_.make(party.client, party.discovery->token_endpoint.text());
  if (!client) co_return std::unexpected(PostFailure{.unprovable = client.error()});
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = std::move(address),
                      .headers = {{"Accept", "application/json"}},
                      .authorization = std::move(client->authorization),
                      .body = form(*client),
                      .max_response_bytes = oauth::max_token_answer,
                      .timeout = party.timeout,
                      .route = server->route};
  auto answer = co_await http_.send(std::move(request));
  if (!answer) co_return std::unexpected(PostFailure{.network = answer.error()});
  co_return std::move(*answer);
}

}  // namespace wardend::server

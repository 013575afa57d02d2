#include "tests/sandbox/authentication.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace wardend::sandbox {
namespace {

constexpr const char* assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// The pair in a Basic header; nullopt where there is no such header. Spec: RFC 7617 §2
std::optional<std::string> basic_pair(const Request& request) {
  if (!request.authorization.starts_with("Basic ")) return std::nullopt;
  std::string text = request.authorization.substr(6);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return from_base64url(text).value_or("");
}

bool is_pair_of(const std::string& pair, const Client& client, BasicEncoding encoding) {
  if (encoding == BasicEncoding::raw) return pair == client.client_id + ":" + client.secret;
  const auto colon = pair.find(':');
  return colon != std::string::npos && form_decode(pair.substr(0, colon)) == client.client_id &&
         form_decode(pair.substr(colon + 1)) == client.secret;
}

bool matches(const std::string& pair, const Client& client) {
  if (client.basic_encoding != BasicEncoding::either) return is_pair_of(pair, client, client.basic_encoding);
  return is_pair_of(pair, client, BasicEncoding::raw) || is_pair_of(pair, client, BasicEncoding::form);
}

// The client that a pair names, in whichever way it is encoded.
std::string client_in(const std::string& pair, const Clients& clients) {
  for (const auto& [id, client] : clients.list())
    if (pair.starts_with(id + ":")) return id;
  const std::string raw = pair.substr(0, pair.find(':'));
  return form_decode(raw).value_or(raw);
}

}  // namespace

Shown shown_by(const Request& request, const Form& form, const Clients& clients) {
  Shown shown{.client_id = form.get("client_id"), .in_body = form.has("client_id")};
  std::vector<ClientAuth> ways;
  if (const auto pair = basic_pair(request)) {
    ways.push_back(ClientAuth::client_secret_basic);
    shown.client_id = client_in(*pair, clients);
  }
  if (form.has("client_secret")) ways.push_back(ClientAuth::client_secret_post);
  if (form.has("client_assertion")) {
    ways.push_back(ClientAuth::private_key_jwt);
    if (const auto issuer = claimed_issuer(form.get("client_assertion"))) shown.client_id = *issuer;
  }
  if (ways.empty()) ways.push_back(ClientAuth::none);
  for (const ClientAuth way : ways) shown.method += (shown.method.empty() ? "" : "+") + std::string(name_of(way));
  return shown;
}

std::expected<std::string, std::string> Authenticator::identify(const Request& request, const Form& form,
                                                                const std::vector<std::string>& audiences,
                                                                WallTime now) {
  const Shown shown = shown_by(request, form, clients_);
  const Client* const client = clients_.find(shown.client_id);
  if (client == nullptr) {
    if (shown.method == name_of(ClientAuth::none)) return shown.client_id;
    return std::unexpected("no client of this name is registered");
  }
  if (shown.method != name_of(client->auth))
    return std::unexpected("the client is registered with " + std::string(name_of(client->auth)) + ", and came with " +
                           shown.method);
  if (const auto checked = check(*client, request, form, audiences, now); !checked)
    return std::unexpected(checked.error());
  return client->client_id;
}

std::expected<void, std::string> Authenticator::check(const Client& client, const Request& request, const Form& form,
                                                      const std::vector<std::string>& audiences, WallTime now) {
  switch (client.auth) {
    case ClientAuth::none:
      return {};
    case ClientAuth::client_secret_post:
      if (form.get("client_secret") == client.secret) return {};
      return std::unexpected("client_secret is wrong");
    case ClientAuth::client_secret_basic:
      if (form.has("client_id")) return std::unexpected("client_id stands in the body beside Basic");
      if (matches(basic_pair(request).value_or(""), client)) return {};
      return std::unexpected("the Basic pair is wrong");
    case ClientAuth::private_key_jwt:
      if (form.has("client_id") != client.names_itself)
        return std::unexpected(client.names_itself ? "client_id is missing beside the assertion"
                                                   : "client_id stands in the body beside an assertion");
      if (form.get("client_assertion_type") != assertion_type)
        return std::unexpected("client_assertion_type is not jwt-bearer");
      return assertions_.check(form.get("client_assertion"), client,
                               client.assertion_audience.empty() ? audiences : std::vector{client.assertion_audience},
                               now);
  }
  return std::unexpected("");
}

}  // namespace wardend::sandbox

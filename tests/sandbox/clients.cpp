#include "tests/sandbox/clients.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

constexpr const char* auths[] = {"none", "client_secret_basic", "client_secret_post", "private_key_jwt"};
constexpr const char* encodings[] = {"form", "raw", "either"};
constexpr const char* syntaxes[] = {"any", "v1", "v2"};

template <typename T>
T choice(Members& members, const char* name, std::span<const char* const> names, T otherwise) {
  const auto index = members.choice(name, names);
  return index ? static_cast<T>(*index) : otherwise;
}

// {"keys":[...]} or the array alone.
std::vector<PublicKey> read_keys(Members& members) {
  std::vector<PublicKey> keys;
  const auto value = members.take("jwks");
  if (!value) return keys;
  const nlohmann::json list = value->is_object() ? value->value("keys", nlohmann::json()) : *value;
  if (!list.is_array()) {
    members.complain("jwks", "not a JWK set");
    return keys;
  }
  for (const auto& jwk : list) {
    auto key = parse_public_key(jwk);
    if (key)
      keys.push_back(std::move(*key));
    else
      members.complain("jwks", key.error());
  }
  return keys;
}

void check(Members& members, const Client& client) {
  if (client.client_id.empty()) members.complain("client_id", "a client has one");
  const bool by_secret =
      client.auth == ClientAuth::client_secret_basic || client.auth == ClientAuth::client_secret_post;
  if (by_secret == client.secret.empty())
    members.complain("secret", "goes with client_secret_basic and client_secret_post, and only with them");
  if ((client.auth == ClientAuth::private_key_jwt) == client.keys.empty())
    members.complain("jwks", "public keys go with private_key_jwt, and only with that");
}

}  // namespace

std::string_view name_of(ClientAuth auth) { return auths[static_cast<std::size_t>(auth)]; }

std::expected<Client, std::string> parse_client(std::string_view text) {
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  Client client{.client_id = members->text("client_id").value_or("")};
  client.auth = choice(*members, "auth", auths, client.auth);
  client.secret = members->text("secret").value_or("");
  client.basic_encoding = choice(*members, "basic_encoding", encodings, client.basic_encoding);
  client.keys = read_keys(*members);
  client.assertion_audience = members->text("assertion_audience").value_or("");
  client.names_itself = members->boolean("names_itself").value_or(false);
  client.redirect_uris = members->texts("redirect_uris");
  client.scope_syntax = choice(*members, "scope_syntax", syntaxes, client.scope_syntax);
  check(*members, client);
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  return client;
}

std::string client_json(const Client& client) {
  nlohmann::json kids = nlohmann::json::array();
  for (const PublicKey& key : client.keys) kids.push_back(key.id);
  return dump_json({{"client_id", client.client_id},
                    {"auth", name_of(client.auth)},
                    {"basic_encoding", encodings[static_cast<std::size_t>(client.basic_encoding)]},
                    {"kids", kids},
                    {"redirect_uris", client.redirect_uris},
                    {"scope_syntax", syntaxes[static_cast<std::size_t>(client.scope_syntax)]}});
}

bool Clients::add(Client client) {
  if (clients_.size() >= max_clients && !clients_.contains(client.client_id)) return false;
  const std::string id = client.client_id;
  clients_.insert_or_assign(id, std::move(client));
  return true;
}

const Client* Clients::find(const std::string& client_id) const {
  const auto found = clients_.find(client_id);
  return found == clients_.end() ? nullptr : &found->second;
}

}  // namespace wardend::sandbox

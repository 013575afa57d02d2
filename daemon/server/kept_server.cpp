#include "daemon/server/kept_server.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/vault.hpp"

namespace wardend::server {
namespace {

using nlohmann::json;

constexpr std::size_t digest_digits = 32;

json endpoints_of(const smart::Discovery& discovery) {
  json object = {{"token", discovery.token_endpoint.text()}};
  const auto add = [&](const char* name, const std::optional<http::Url>& url) {
    if (url) object[name] = url->text();
  };
  add("authorization", discovery.authorization_endpoint);
  add("revocation", discovery.revocation_endpoint);
  add("jwks", discovery.jwks_uri);
  if (discovery.issuer) object["issuer"] = discovery.issuer->value;
  return object;
}

std::optional<std::string> text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<http::Url> url(const json& object, const char* name) {
  const auto written = text(object, name);
  auto parsed = written ? http::Url::parse(*written) : std::unexpected(std::string());
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::optional<smart::Discovery> endpoints_from(const json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_object()) return std::nullopt;
  auto token = url(*found, "token");
  if (!token) return std::nullopt;
  smart::Discovery discovery{.token_endpoint = std::move(*token),
                             .authorization_endpoint = url(*found, "authorization"),
                             .revocation_endpoint = url(*found, "revocation"),
                             .jwks_uri = url(*found, "jwks")};
  if (auto issuer = text(*found, "issuer")) discovery.issuer = smart::AuthorizationIssuer{std::move(*issuer)};
  return discovery;
}

}  // namespace

std::string to_record(const KeptServer& server) {
  json record = {{"name", server.name}, {"base", server.base}, {"approved", endpoints_of(server.approved)}};
  if (server.waiting) record["waiting"] = endpoints_of(*server.waiting);
  return dump_json(record);
}

std::optional<KeptServer> kept_server_from(std::string_view record) {
  const auto parsed = parse_json(record, Vault::max_record);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  auto name = text(*parsed, "name");
  auto base = text(*parsed, "base");
  auto approved = endpoints_from(*parsed, "approved");
  if (!name || !base || !approved) return std::nullopt;
  return KeptServer{.name = std::move(*name),
                    .base = std::move(*base),
                    .approved = std::move(*approved),
                    .waiting = endpoints_from(*parsed, "waiting")};
}

std::string endpoints_digest(const smart::Discovery& discovery) {
  return hex(sha256(dump_json(endpoints_of(discovery)))).substr(0, digest_digits);
}

}  // namespace wardend::server

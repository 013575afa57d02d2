#include "protocol/smart/discovery.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/smart/discovery_document.hpp"

namespace wardend::smart {
namespace {

using Json = nlohmann::json;
constexpr std::size_t longest_issuer = 2048;
constexpr std::size_t longest_shown = 512;  // of what a document says

std::unexpected<DiscoveryFault> fault(std::string code, std::string description) {
  return std::unexpected(DiscoveryFault{std::move(code), std::move(description)});
}

std::expected<std::optional<http::Url>, DiscoveryFault> endpoint(const Json& document, const char* name,
                                                                 const EndpointRules& rules) {
  const std::string address = text_member(document, name);
  if (address.empty()) return std::nullopt;
  auto url = checked_endpoint(name, address, rules);
  if (!url) return std::unexpected(url.error());
  return std::optional<http::Url>(std::move(*url));
}

std::expected<void, DiscoveryFault> read_endpoints(const Json& document, const EndpointRules& rules,
                                                   Discovery& discovery) {
  auto token = endpoint(document, "token_endpoint", rules);
  if (!token) return std::unexpected(token.error());
  if (!*token) return fault("discovery_no_token_endpoint", "the document has no token_endpoint: check fhir_base_url");
  discovery.token_endpoint = std::move(**token);
  const std::pair<const char*, std::optional<http::Url>*> others[] = {
      {"authorization_endpoint", &discovery.authorization_endpoint},
      {"revocation_endpoint", &discovery.revocation_endpoint},
      {"jwks_uri", &discovery.jwks_uri}};
  for (const auto& [name, target] : others) {
    auto url = endpoint(document, name, rules);
    if (!url) return std::unexpected(url.error());
    *target = std::move(*url);
  }
  return {};
}

std::expected<void, DiscoveryFault> read_pkce(const Json& document, const DiscoveryRules& rules, Discovery& discovery) {
  const Json* said = find_member(document, "code_challenge_methods_supported");
  if (said != nullptr && !said->is_null() && !said->is_array() && !rules.legacy_pkce)
    return fault("discovery_no_s256",
                 "code_challenge_methods_supported is not a list: have the server's administrators write [\"S256\"]");
  const auto methods = texts_member(document, "code_challenge_methods_supported").value_or(std::vector<std::string>());
  if (std::ranges::find(methods, "S256") == methods.end()) {
    if (!rules.legacy_pkce)
      return fault("discovery_no_s256",
                   "the server does not offer PKCE with S256: set legacy_pkce only if its vendor says "
                   "that it ignores PKCE");
    discovery.warnings.emplace_back("S256 is not offered; sent all the same (legacy_pkce)");
  }
  if (std::ranges::find(methods, "plain") != methods.end())
    discovery.warnings.emplace_back("PKCE plain is offered, which SMART forbids; S256 is used");
  return {};
}

void read_identity(const Json& document, Discovery& discovery) {
  if (std::string issuer = text_member(document, "issuer"); issuer.size() > longest_issuer)
    discovery.warnings.emplace_back("the issuer is longer than 2 KiB, and was left out");
  else if (!issuer.empty())
    discovery.issuer = AuthorizationIssuer{std::move(issuer)};
  const bool sso = discovery.has("sso-openid-connect");
  if (sso && !discovery.issuer) discovery.warnings.emplace_back("sso-openid-connect without an issuer");
  if (!sso && discovery.issuer) discovery.warnings.emplace_back("an issuer without sso-openid-connect");
  const auto required = document.find("authorization_response_iss_parameter_supported");
  discovery.response_iss_required = required != document.end() && required->is_boolean() && required->get<bool>();
}

}  // namespace

bool Discovery::has(std::string_view capability) const {
  return std::ranges::find(capabilities, capability) != capabilities.end();
}

std::string Discovery::difference(const Discovery& newer) const {
  std::string text;
  const auto compare = [&](std::string_view name, const std::string& before, const std::string& now) {
    if (before == now) return;
    if (!text.empty()) text += "; ";
    text.append(name) += " is " + (now.empty() ? "gone" : now) + ", was " + (before.empty() ? "absent" : before);
  };
  const auto address = [](const std::optional<http::Url>& url) { return url ? url->text() : std::string(); };
  const auto name_of = [](const std::optional<AuthorizationIssuer>& of) {
    return of ? printable(of->value, longest_shown) : std::string();
  };
  compare("token_endpoint", token_endpoint.text(), newer.token_endpoint.text());
  compare("authorization_endpoint", address(authorization_endpoint), address(newer.authorization_endpoint));
  if (newer.revocation_endpoint)
    compare("revocation_endpoint", address(revocation_endpoint), address(newer.revocation_endpoint));
  compare("jwks_uri", address(jwks_uri), address(newer.jwks_uri));
  compare("issuer", name_of(issuer), name_of(newer.issuer));
  if (text.empty() && issuer != newer.issuer) text = "issuer is another one";
  return text;
}

bool Discovery::same_token_endpoints(const Discovery& newer) const {
  const bool same_revocation =
      !newer.revocation_endpoint ||
      (revocation_endpoint && revocation_endpoint->text() == newer.revocation_endpoint->text());
  return token_endpoint.text() == newer.token_endpoint.text() && same_revocation;
}

std::expected<Discovery, DiscoveryFault> parse_discovery(int status, std::string_view content_type,
                                                         std::string_view body, const fhir::BaseUrl& base,
                                                         const DiscoveryRules& rules) {
  const auto document = read_discovery_document(status, content_type, body, discovery_limits);
  if (!document) return std::unexpected(document.error());
  Discovery discovery;
  if (auto read = read_endpoints(*document, {base, rules}, discovery); !read) return std::unexpected(read.error());
  auto capabilities = texts_member(*document, "capabilities");
  if (!capabilities)
    return fault("discovery_no_capabilities",
                 "capabilities is missing or not a list: this is no SMART server's document");
  discovery.capabilities = std::move(*capabilities);
  const auto list = [&](const char* name) {
    return texts_member(*document, name).value_or(std::vector<std::string>());
  };
  discovery.scopes_supported = list("scopes_supported");
  discovery.token_endpoint_auth_methods = list("token_endpoint_auth_methods_supported");
  discovery.token_endpoint_auth_algorithms = list("token_endpoint_auth_signing_alg_values_supported");
  if (auto read = read_pkce(*document, rules, discovery); !read) return std::unexpected(read.error());
  read_identity(*document, discovery);
  return discovery;
}

}  // namespace wardend::smart

#include "protocol/smart/conformance.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "protocol/smart/discovery_document.hpp"

namespace wardend::smart {
namespace {

std::expected<void, DiscoveryFault> read_endpoints(const fhir::Rest& rest, const EndpointRules& rules,
                                                   Discovery& discovery) {
  std::optional<http::Url> token;
  const std::pair<std::string_view, std::optional<http::Url>*> names[] = {
      {"token", &token}, {"authorize", &discovery.authorization_endpoint}, {"revoke", &discovery.revocation_endpoint}};
  for (const auto& [name, target] : names) {
    const auto declared = std::ranges::find(rest.oauth, name, &fhir::OAuthAddress::name);
    if (declared == rest.oauth.end()) continue;
    auto url = checked_endpoint(declared->name.c_str(), declared->address, rules);
    if (!url) {
      url.error().element = declared->path;
      return std::unexpected(url.error());
    }
    *target = std::move(*url);
  }
  if (!token)
    return std::unexpected(DiscoveryFault{
        "discovery_no_token_endpoint", "the CapabilityStatement's oauth-uris name no token endpoint", rest.oauth_path});
  discovery.token_endpoint = std::move(*token);
  return {};
}

}  // namespace

std::expected<Discovery, DiscoveryFault> discovery_of(const fhir::CapabilityStatement& statement,
                                                      const fhir::BaseUrl& base, const DiscoveryRules& rules) {
  const auto rest = std::ranges::find_if(statement.rest, [](const fhir::Rest& of) { return !of.oauth_path.empty(); });
  if (rest == statement.rest.end())
    return std::unexpected(DiscoveryFault{
        "discovery_no_conformance", "the CapabilityStatement has no oauth-uris: this is no SMART server's document"});
  Discovery discovery;
  if (auto read = read_endpoints(*rest, {base, rules}, discovery); !read) return std::unexpected(read.error());
  for (const fhir::Rest& of : statement.rest)
    discovery.capabilities.insert(discovery.capabilities.end(), of.smart_capabilities.begin(),
                                  of.smart_capabilities.end());
  if (!discovery.has("permission-v1") && !discovery.has("permission-v2"))
    discovery.capabilities.emplace_back("permission-v1");
  discovery.warnings.emplace_back("known by its CapabilityStatement alone: PKCE with S256 is sent, answered or not");
  return discovery;
}

std::expected<fhir::CapabilityStatement, DiscoveryFault> parse_metadata(int status, std::string_view content_type,
                                                                        std::string_view body, fhir::Bundles bundles) {
  const auto document = read_discovery_document(status, content_type, body, fhir::capability_limits);
  if (!document) return std::unexpected(document.error());
  auto statement = fhir::read_capability_statement(*document, bundles);
  if (!statement)
    return std::unexpected(DiscoveryFault{"discovery_no_conformance", "the answer is no CapabilityStatement, " +
                                                                          statement.error() + ": check fhir_base_url"});
  return std::move(*statement);
}

std::expected<Discovery, DiscoveryFault> parse_conformance(int status, std::string_view content_type,
                                                           std::string_view body, const fhir::BaseUrl& base,
                                                           const DiscoveryRules& rules) {
  const auto statement = parse_metadata(status, content_type, body, fhir::Bundles::refused);
  if (!statement) return std::unexpected(statement.error());
  return discovery_of(*statement, base, rules);
}

}  // namespace wardend::smart

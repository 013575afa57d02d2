#include "protocol/smart/conformance.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/json_members.hpp"
#include "protocol/smart/discovery_document.hpp"

namespace wardend::smart {
namespace {

using Json = nlohmann::json;
constexpr std::size_t most_capabilities = 256;
constexpr std::size_t longest_capability = 256;
constexpr std::string_view oauth_uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
constexpr std::string_view capability = "http://fhir-registry.smarthealthit.org/StructureDefinition/capabilities";

// The extensions on the security of what the server serves, not of what it may ask others for.
std::vector<const Json*> security_extensions(const Json& document) {
  std::vector<const Json*> extensions;
  for (const Json& rest : list_member(document, "rest")) {
    if (!rest.is_object() || text_member(rest, "mode") == "client") continue;
    const auto security = rest.find("security");
    if (security == rest.end()) continue;
    for (const Json& extension : list_member(*security, "extension")) extensions.push_back(&extension);
  }
  return extensions;
}

std::expected<std::optional<http::Url>, DiscoveryFault> endpoint(const Json& uris, const char* name,
                                                                 const EndpointRules& rules) {
  for (const Json& entry : list_member(uris, "extension")) {
    const std::string address = text_member(entry, "url") == name ? text_member(entry, "valueUri") : std::string();
    if (address.empty()) continue;
    auto url = checked_endpoint(name, address, rules);
    if (!url) return std::unexpected(url.error());
    return std::optional<http::Url>(std::move(*url));
  }
  return std::nullopt;
}

std::expected<void, DiscoveryFault> read_endpoints(const Json& uris, const EndpointRules& rules, Discovery& discovery) {
  std::optional<http::Url> token;
  const std::pair<const char*, std::optional<http::Url>*> names[] = {
      {"token", &token}, {"authorize", &discovery.authorization_endpoint}, {"revoke", &discovery.revocation_endpoint}};
  for (const auto& [name, target] : names) {
    auto url = endpoint(uris, name, rules);
    if (!url) return std::unexpected(url.error());
    *target = std::move(*url);
  }
  if (!token)
    return std::unexpected(
        DiscoveryFault{"discovery_no_token_endpoint", "the CapabilityStatement's oauth-uris name no token endpoint"});
  discovery.token_endpoint = std::move(*token);
  return {};
}

}  // namespace

std::expected<Discovery, DiscoveryFault> parse_conformance(int status, std::string_view content_type,
                                                           std::string_view body, const fhir::BaseUrl& base,
                                                           const DiscoveryRules& rules) {
  const auto document = read_discovery_document(status, content_type, body, conformance_limits);
  if (!document) return std::unexpected(document.error());
  const std::string type = text_member(*document, "resourceType");
  if (type != "CapabilityStatement" && type != "Conformance")
    return std::unexpected(
        DiscoveryFault{"discovery_no_conformance", "the answer is no CapabilityStatement: check fhir_base_url"});
  const auto extensions = security_extensions(*document);
  const auto uris = std::ranges::find(extensions, oauth_uris, [](const Json* e) { return text_member(*e, "url"); });
  if (uris == extensions.end())
    return std::unexpected(DiscoveryFault{
        "discovery_no_conformance", "the CapabilityStatement has no oauth-uris: this is no SMART server's document"});
  Discovery discovery;
  if (auto read = read_endpoints(**uris, {base, rules}, discovery); !read) return std::unexpected(read.error());
  for (const Json* extension : extensions) {
    std::string code = text_member(*extension, "url") == capability ? text_member(*extension, "valueCode") : "";
    const bool kept = code.size() <= longest_capability && discovery.capabilities.size() < most_capabilities;
    if (!code.empty() && kept) discovery.capabilities.push_back(std::move(code));
  }
  if (!discovery.has("permission-v1") && !discovery.has("permission-v2"))
    discovery.capabilities.emplace_back("permission-v1");
  discovery.warnings.emplace_back("known by its CapabilityStatement alone: PKCE with S256 is sent, answered or not");
  return discovery;
}

}  // namespace wardend::smart

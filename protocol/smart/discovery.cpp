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

constexpr TextListLimits survey_limits{.texts = 4096, .bytes = 1024};

// Reads one document, member by member, and notes each fault.
class Surveyor {
 public:
  Surveyor(const Json& document, const EndpointRules& rules) : document_(document), rules_(rules) {}
  DiscoverySurvey survey();

 private:
  void fault(const char* code, const char* description, const char* element) {
    survey_.faults.push_back({code, description, element});
  }
  std::optional<http::Url> endpoint(const char* name);
  void read_endpoints();
  void read_capabilities();
  void read_pkce();
  void read_lists();
  // The texts of a list; nullopt: there is none of that name. What else is in it says nothing.
  [[nodiscard]] DeclaredTexts list(const char* name, TextListLimits limits = survey_limits) const {
    const Json* said = find_member(document_, name);
    return said != nullptr && said->is_array() ? DeclaredTexts(texts_in(*said, limits)) : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> short_list(const char* name) const {
    return list(name, {}).value_or(std::vector<std::string>());
  }
  void note_no_texts(const char* name);

  const Json& document_;
  const EndpointRules& rules_;
  DiscoverySurvey survey_;
};

std::optional<http::Url> Surveyor::endpoint(const char* name) {
  const Json* said = find_member(document_, name);
  if (said != nullptr && !said->is_null() && !said->is_string())
    survey_.discovery.warnings.push_back(std::string(name) + " is no text, and was left out");
  const std::string address = text_member(document_, name);
  if (address.empty()) return std::nullopt;
  auto url = checked_endpoint(name, address, rules_);
  if (url) return std::move(*url);
  url.error().element = name;
  survey_.faults.push_back(std::move(url.error()));
  return std::nullopt;
}

void Surveyor::read_endpoints() {
  const std::size_t before = survey_.faults.size();
  if (auto token = endpoint("token_endpoint"))
    survey_.discovery.token_endpoint = std::move(*token);
  else if (const Json* said = find_member(document_, "token_endpoint");
           said != nullptr && !said->is_null() && !said->is_string())
    fault("discovery_bad_endpoint", "token_endpoint is no text: have the server's administrators write its address",
          "token_endpoint");
  else if (survey_.faults.size() == before)
    fault("discovery_no_token_endpoint", "the document has no token_endpoint: check fhir_base_url", "token_endpoint");
  survey_.discovery.authorization_endpoint = endpoint("authorization_endpoint");
  survey_.discovery.revocation_endpoint = endpoint("revocation_endpoint");
  survey_.discovery.jwks_uri = endpoint("jwks_uri");
}

void Surveyor::read_capabilities() {
  auto capabilities = list("capabilities", {});
  if (!capabilities)
    return fault("discovery_no_capabilities",
                 "capabilities is missing or not a list: this is no SMART server's document", "capabilities");
  survey_.discovery.capabilities = std::move(*capabilities);
}

void Surveyor::read_pkce() {
  constexpr const char* element = "code_challenge_methods_supported";
  const Json* said = find_member(document_, element);
  const bool legacy = rules_.rules.legacy_pkce;
  if (said != nullptr && !said->is_null() && !said->is_array() && !legacy)
    return fault("discovery_no_s256",
                 "code_challenge_methods_supported is not a list: have the server's administrators write [\"S256\"]",
                 element);
  const auto methods = short_list(element);
  if (std::ranges::find(methods, "S256") == methods.end()) {
    if (!legacy)
      return fault("discovery_no_s256",
                   "the server does not offer PKCE with S256: set legacy_pkce only if its vendor says "
                   "that it ignores PKCE",
                   element);
    survey_.discovery.warnings.emplace_back("S256 is not offered; sent all the same (legacy_pkce)");
  }
  if (std::ranges::find(methods, "plain") != methods.end())
    survey_.discovery.warnings.emplace_back("PKCE plain is offered, which SMART forbids; S256 is used");
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

// null is absent; anything else that is no text is a mistake of whoever wrote the document.
void Surveyor::note_no_texts(const char* name) {
  const auto is_odd = [](const Json& entry) { return !entry.is_string() && !entry.is_null(); };
  if (std::ranges::any_of(list_member(document_, name), is_odd))
    survey_.discovery.warnings.push_back(std::string(name) + " has an element that is no text, which was left out");
}

void Surveyor::read_lists() {
  Discovery& discovery = survey_.discovery;
  discovery.scopes_supported = short_list("scopes_supported");
  discovery.token_endpoint_auth_methods = short_list("token_endpoint_auth_methods_supported");
  discovery.token_endpoint_auth_algorithms = short_list("token_endpoint_auth_signing_alg_values_supported");
  survey_.scopes_supported = list("scopes_supported");
  survey_.token_endpoint_auth_methods = list("token_endpoint_auth_methods_supported");
  survey_.token_endpoint_auth_algorithms = list("token_endpoint_auth_signing_alg_values_supported");
  survey_.grant_types_supported = list("grant_types_supported");
  survey_.response_types_supported = list("response_types_supported");
  survey_.code_challenge_methods = list("code_challenge_methods_supported");
  for (const char* name : {"capabilities", "scopes_supported", "token_endpoint_auth_methods_supported",
                           "token_endpoint_auth_signing_alg_values_supported", "grant_types_supported",
                           "response_types_supported", "code_challenge_methods_supported"})
    note_no_texts(name);
}

DiscoverySurvey Surveyor::survey() {
  read_endpoints();
  read_capabilities();
  read_pkce();
  read_identity(document_, survey_.discovery);
  read_lists();
  return std::move(survey_);
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

std::expected<DiscoverySurvey, DiscoveryFault> survey_discovery(int status, std::string_view content_type,
                                                                std::string_view body, const fhir::BaseUrl& base,
                                                                const DiscoveryRules& rules) {
  const auto document = read_discovery_document(status, content_type, body, discovery_limits);
  if (!document) return std::unexpected(document.error());
  const EndpointRules endpoint_rules{base, rules};
  return Surveyor(*document, endpoint_rules).survey();
}

std::expected<Discovery, DiscoveryFault> parse_discovery(int status, std::string_view content_type,
                                                         std::string_view body, const fhir::BaseUrl& base,
                                                         const DiscoveryRules& rules) {
  auto survey = survey_discovery(status, content_type, body, base, rules);
  if (!survey) return std::unexpected(survey.error());
  if (!survey->faults.empty()) return std::unexpected(survey->faults.front());
  return std::move(survey->discovery);
}

}  // namespace wardend::smart

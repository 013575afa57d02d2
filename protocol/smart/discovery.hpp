// The SMART discovery document (.well-known/smart-configuration), parsed and checked. No I/O.
// Spec: SMART App Launch 2.2.0, Conformance.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/http/url.hpp"

namespace wardend::smart {

// The authorization server's name as in RFC 9207's `iss` and as pinned by discovery. Never a launch's iss.
struct AuthorizationIssuer {
  std::string value;
  friend bool operator==(const AuthorizationIssuer&, const AuthorizationIssuer&) = default;
};

inline constexpr JsonLimits discovery_limits{.bytes = 1024UL * 1024};

// Of each list the first 256 texts are kept, and none over 256 bytes.
struct Discovery {
  http::Url token_endpoint = {};
  std::optional<http::Url> authorization_endpoint = {};
  std::optional<http::Url> revocation_endpoint = {};
  std::optional<http::Url> jwks_uri = {};
  std::optional<AuthorizationIssuer> issuer = {};
  bool response_iss_required = false;  // authorization_response_iss_parameter_supported (RFC 9207)
  std::vector<std::string> capabilities = {};
  std::vector<std::string> scopes_supported = {};  // never exhaustive: no reason to refuse a launch
  // How clients may authenticate, by the names of RFC 7591, and the algorithms for assertions; empty: it does not say.
  std::vector<std::string> token_endpoint_auth_methods = {};
  std::vector<std::string> token_endpoint_auth_algorithms = {};
  std::vector<std::string> warnings = {};  // not conformant, but workable

  // Whether the server declares that capability.
  [[nodiscard]] bool has(std::string_view capability) const;
  // Where tokens, codes or trust would go elsewhere with `newer`, for operators: token, authorization or revocation
  // endpoint, issuer or keys are other ones. Empty: nowhere. A revocation endpoint that is gone sends nothing anywhere.
  [[nodiscard]] std::string difference(const Discovery& newer) const;
  [[nodiscard]] bool same_endpoints(const Discovery& newer) const { return difference(newer).empty(); }
  // Whether tokens would go to the same places: what a refresh and a revocation need.
  [[nodiscard]] bool same_token_endpoints(const Discovery& newer) const;
};

// `code` is a short stable word for LaunchFailed: discovery_status, discovery_not_json, discovery_no_token_endpoint,
// discovery_no_s256, discovery_bad_endpoint, discovery_no_capabilities, discovery_foreign_host, discovery_redirect,
// discovery_no_conformance.
struct DiscoveryFault {
  std::string code;
  std::string description;
  std::string element = {};  // which of the document; empty: the whole, or the answer around it
};

struct DiscoveryRules {
  bool legacy_pkce = false;                           // accept a document that does not list S256
  std::vector<std::string> allowed_token_hosts = {};  // besides the FHIR base's own host
};

// Judges one HTTP answer to the discovery request. Relative endpoints resolve against the base with a slash added.
// Every endpoint must be https (or loopback) and live on the FHIR base's host or an allowed one.
[[nodiscard]] std::expected<Discovery, DiscoveryFault> parse_discovery(int status, std::string_view content_type,
                                                                       std::string_view body, const fhir::BaseUrl& base,
                                                                       const DiscoveryRules& rules);

// A list of texts as a document has it; nullopt: it has none, or something else under that name.
using DeclaredTexts = std::optional<std::vector<std::string>>;

// All that a document says, for whoever compares it with an app's needs: every fault, and lists at their full length.
struct DiscoverySurvey {
  Discovery discovery = {};                 // as far as it can be read; without faults as parse_discovery() gives it
  std::vector<DiscoveryFault> faults = {};  // each alone makes parse_discovery() refuse the document; the first is told
  // Up to 4096 texts of up to 1 KiB.
  DeclaredTexts scopes_supported = {};
  DeclaredTexts token_endpoint_auth_methods = {};
  DeclaredTexts token_endpoint_auth_algorithms = {};
  DeclaredTexts grant_types_supported = {};
  DeclaredTexts response_types_supported = {};
  DeclaredTexts code_challenge_methods = {};
};

// Judges the same answer without stopping at a fault. The error: there is no document in it.
[[nodiscard]] std::expected<DiscoverySurvey, DiscoveryFault> survey_discovery(int status, std::string_view content_type,
                                                                              std::string_view body,
                                                                              const fhir::BaseUrl& base,
                                                                              const DiscoveryRules& rules);

}  // namespace wardend::smart

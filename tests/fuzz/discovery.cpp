// Input: status and content type on a line each, then the body: of a SMART configuration, a CapabilityStatement and an
// OpenID configuration.
#include "protocol/smart/discovery.hpp"
#include "protocol/oauth/openid_configuration.hpp"
#include "protocol/smart/conformance.hpp"

#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using http::Url;
using smart::Discovery;

void check_endpoint(const std::optional<Url>& url, const smart::DiscoveryRules& rules) {
  if (!url) return;
  const bool known = url->host() == "ehr.example.org" ||
                     std::ranges::find(rules.allowed_token_hosts, url->host()) != rules.allowed_token_hosts.end();
  require(known, "an endpoint lives on the server's host or an allowed one");
  require(url->scheme() == "https", "an endpoint off this machine is https");
}

void check_fault(const smart::DiscoveryFault& fault) {
  require(fault.code.starts_with("discovery_") && !has_control(fault.code), "a fault has one of our words");
  require(!fault.description.empty() && fault.description.size() <= 1024 && !has_control(fault.description),
          "a fault has a sentence that can be shown");
}

using Parser = decltype(&smart::parse_discovery);
struct Answer {
  int status;
  std::string_view content_type;
  std::string_view body;
};

void check_document(Parser parse, const Answer& answer) {
  const auto base = fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4");
  const smart::DiscoveryRules strict;
  const smart::DiscoveryRules lenient{.legacy_pkce = true, .allowed_token_hosts = {"auth.example.org"}};
  const auto narrow = parse(answer.status, answer.content_type, answer.body, *base, strict);
  const auto wide = parse(answer.status, answer.content_type, answer.body, *base, lenient);
  for (const auto& [found, rules] : {std::pair(&narrow, &strict), std::pair(&wide, &lenient)}) {
    if (!*found) {
      check_fault(found->error());
      continue;
    }
    const Discovery& discovery = **found;
    require(answer.status == 200, "only a 200 is a document");
    for (const auto& url : {std::optional(discovery.token_endpoint), discovery.authorization_endpoint,
                            discovery.revocation_endpoint, discovery.jwks_uri})
      check_endpoint(url, *rules);
    require(!discovery.issuer || !discovery.issuer->value.empty(), "an issuer has a name");
    require(discovery.same_endpoints(discovery), "a document is as itself");
  }
  require(!narrow || (wide && narrow->same_endpoints(*wide)), "what strict rules accept, lenient ones read the same");
}

void check_openid(const Answer& answer) {
  constexpr std::string_view issuer = "https://ehr.example.org";
  const auto found = oauth::parse_openid_configuration(answer.status, answer.body, issuer);
  if (!found) return require(found.error().starts_with("openid_"), "a fault has one of our words");
  require(answer.status == 200 && found->issuer == issuer, "only the issuer's own document is believed");
  if (!found->jwks_uri || found->jwks_uri->scheme() == "https") return;
  const std::string& host = found->jwks_uri->host();
  require(host == "127.0.0.1" || host == "[::1]" || host == "localhost", "keys from elsewhere come over https");
}

}  // namespace

void fuzz_discovery(Bytes input) {
  Lines lines(input);
  Answer answer{};
  answer.status = lines.next_number();
  answer.content_type = lines.next();
  answer.body = lines.rest();
  check_document(smart::parse_discovery, answer);
  check_document(smart::parse_conformance, answer);
  check_openid(answer);
}

}  // namespace wardend::fuzz

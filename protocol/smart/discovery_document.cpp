#include "protocol/smart/discovery_document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "protocol/http/allowed_hosts.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::smart {
namespace {

std::unexpected<DiscoveryFault> fault(std::string code, std::string description) {
  return std::unexpected(DiscoveryFault{std::move(code), std::move(description)});
}

// A scheme, as in RFC 3986 §3.1, and "://".
bool is_absolute(std::string_view address) {
  const auto colon = address.find("://");
  return colon != std::string_view::npos && colon == address.find_first_of(":/?#");
}

// Relative addresses resolve against the base with a slash added, as old servers meant them.
std::string resolved(const std::string& address, const fhir::BaseUrl& base) {
  if (is_absolute(address)) return address;
  if (address.starts_with("//")) return base.url().scheme() + ":" + address;
  if (!address.starts_with('/')) return base.child(address);
  const std::string& text = base.text();
  const auto path = text.find('/', text.find("://") + 3);
  return text.substr(0, path) + address;
}

// What a text that is not JSON probably is, and how to get the document; empty: nobody can say.
std::string hint_at(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  const std::string_view text = first == std::string_view::npos ? std::string_view() : body.substr(first);
  if (text.empty()) return " (it is empty)";
  if (text.starts_with("\x1f\x8b")) return " (it is compressed: save it with curl --compressed)";
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return " (it is UTF-16: save it as UTF-8)";
  const std::string begin = lower_case(text.substr(0, 64));
  if (begin.starts_with("<!doctype html") || begin.starts_with("<html"))
    return " (it is a web page: a sign-in or a proxy may be in between)";
  if (text.starts_with('<')) return " (it is XML: ask with Accept: application/json)";
  return {};
}

}  // namespace

std::expected<nlohmann::json, DiscoveryFault> read_discovery_document(int status, std::string_view content_type,
                                                                      std::string_view body, JsonLimits limits) {
  if (status >= 300 && status < 400)
    return fault("discovery_redirect", "the server redirects its discovery document: correct fhir_base_url");
  if (status == 401 || status == 403)
    return fault("discovery_status",
                 "the server answered HTTP " + std::to_string(status) +
                     ": its discovery document is protected, and has to be readable by everybody; have its "
                     "administrators open it, or check fhir_base_url");
  if (status != 200)
    return fault("discovery_status", "the server answered HTTP " + std::to_string(status) + ": check fhir_base_url");
  // The limit of values follows that of bytes: real servers spend 25 bytes and more on each.
  limits.values = std::max(limits.values, limits.bytes / 16);
  auto document = parse_json(body, limits);
  // The type is a hint: what parses is JSON, whatever it is called. Spec: RFC 9110 §8.3
  if (!document && !http::is_json_type(content_type))
    return fault("discovery_not_json",
                 "not JSON but " + printable(content_type, 64) +
                     ": a proxy or sign-in page may be in between: open any web page here and see what comes");
  if (!document) return fault("discovery_not_json", "the document cannot be read: " + document.error() + hint_at(body));
  if (!document->is_object()) return fault("discovery_not_json", "the document is not a JSON object");
  return std::move(*document);
}

std::expected<http::Url, DiscoveryFault> checked_endpoint(const char* name, const std::string& address,
                                                          const EndpointRules& rules) {
  auto url = http::Url::parse(resolved(address, rules.base));
  if (!url) return fault("discovery_bad_endpoint", std::string(name) + ": " + url.error());
  if (!http::is_on_allowed_host(*url, rules.base.url().host(), rules.rules.allowed_token_hosts))
    return fault("discovery_foreign_host", std::string(name) + " lives on " + url->host() +
                                               ": add that host to allowed_token_hosts if it is right");
  return std::move(*url);
}

}  // namespace wardend::smart

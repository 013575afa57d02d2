// Whether a hub, and what it answers, may be used.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "protocol/fhircast/subscription.hpp"
#include "protocol/http/allowed_hosts.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::size_t max_answer = 64UL * 1024;

bool starts_with_word(std::string_view text, std::string_view scheme) {
  return text.size() > scheme.size() && std::ranges::equal(text.substr(0, scheme.size()), scheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

// `https` as it must be spelt in an error: wss for a WebSocket.
std::expected<http::Url, HubFault> checked(std::string_view url, const HubRules& rules, const char* secure) {
  auto parsed = http::Url::parse(url);
  if (!parsed && starts_with_word(url, "http:"))
    return std::unexpected(HubFault{HubFault::Kind::not_https, std::string("the hub is not on ") + secure});
  if (!parsed) return std::unexpected(HubFault{HubFault::Kind::bad_url, "the hub's address is " + parsed.error()});
  if (!http::is_on_allowed_host(*parsed, rules.fhir_host, rules.allowed_hosts))
    return std::unexpected(HubFault{
        HubFault::Kind::foreign_host,
        "the hub lives on " + parsed->host() + ": add that host to allowed_hosts of [server.fhircast] if it is right"});
  return std::move(*parsed);
}

// Path and query as they go into a request line.
Secret target_in(std::string_view address) {
  const auto rest = address.substr(address.find("://") + 3);
  const auto at = rest.find_first_of("/?");
  std::string target(at == std::string_view::npos ? std::string_view("/") : rest.substr(at));
  if (target.front() == '?') target.insert(0, "/");
  Secret secret(target);
  wipe(target);
  return secret;
}

SubscribeFailure failed(int status) {
  using Kind = SubscribeFailure::Kind;
  const std::string code = "http_" + std::to_string(status);
  if (status == 401 || status == 403) return {Kind::unauthorized, code};
  if (status == 404 || status == 410) return {Kind::topic_gone, code};
  if (http::is_transient(status)) return {Kind::transient, code};
  return {status >= 400 && status < 500 ? Kind::refused : Kind::transient, code};
}

}  // namespace

std::string_view name_of(HubFault::Kind kind) {
  switch (kind) {
    case HubFault::Kind::bad_url:
      return "bad_url";
    case HubFault::Kind::not_https:
      return "not_https";
    case HubFault::Kind::foreign_host:
      return "foreign_host";
  }
  std::unreachable();
}

std::expected<http::Url, HubFault> check_hub_url(std::string_view url, const HubRules& rules) {
  return checked(url, rules, "https");
}

std::expected<Endpoint, HubFault> check_endpoint(std::string_view url, const HubRules& rules) {
  const bool tls = starts_with_word(url, "wss:");
  if (!tls && !starts_with_word(url, "ws:"))
    return std::unexpected(
        HubFault{HubFault::Kind::bad_url, "what the hub opened is not a WebSocket: wss://HOST/PATH"});
  // ws and wss have the ports and the grammar of http and https. Spec: RFC 6455 §3
  std::string address = (tls ? "https" : "http") + std::string(url.substr(url.find(':')));
  const auto parsed = checked(address, rules, "wss");
  wipe(address);
  if (!parsed) return std::unexpected(parsed.error());
  return Endpoint{.url = Secret(url),
                  .target = target_in(parsed->text()),
                  .host = parsed->host(),
                  .port = parsed->port(),
                  .transport = tls ? Endpoint::Transport::tls : Endpoint::Transport::plain};
}

std::expected<Endpoint, SubscribeFailure> read_subscribe_answer(int status, std::string_view body,
                                                                const HubRules& rules) {
  using Kind = SubscribeFailure::Kind;
  if (status < 200 || status > 299) return std::unexpected(failed(status));
  const auto answer = parse_json(body, max_answer);
  if (!answer || !answer->is_object()) return std::unexpected(SubscribeFailure{Kind::transient, "not_json"});
  const auto found = answer->find("hub.channel.endpoint");
  if (found == answer->end() || !found->is_string())
    return std::unexpected(SubscribeFailure{Kind::unusable, "no_endpoint"});
  auto endpoint = check_endpoint(found->get_ref<const std::string&>(), rules);
  if (!endpoint) return std::unexpected(SubscribeFailure{Kind::unusable, std::string(name_of(endpoint.error().kind))});
  return std::move(*endpoint);
}

}  // namespace wardend::fhircast

#include "daemon/launch/browser_request.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace wardend::launch {
namespace {

constexpr std::string_view cookie_rules = "; Path=/callback; HttpOnly; SameSite=Lax";

// The one value of that name; nullptr: none, or several.
std::string* once(std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  std::string* only = nullptr;
  for (auto& [key, value] : fields) {
    if (key != name) continue;
    if (only != nullptr) return nullptr;
    only = &value;
  }
  return only;
}

// Older browsers send no such header; one that stands twice is neither absent nor right.
bool absent_or(const http::InboundRequest& request, std::string_view name, std::string_view wanted) {
  return std::ranges::none_of(request.headers, [&](const auto& header) { return header.first == name; }) ||
         request.header(name) == wanted;
}

// Whether the browser only suspects that its user will want this page: nothing may begin, and no code be spent, on a
// suspicion. Spec: HTML Living Standard, "Sec-Purpose"; the other names are older.
bool loaded_ahead(const http::InboundRequest& request) {
  return std::ranges::any_of(request.headers, [](const auto& header) {
    if (header.first == "sec-purpose") return true;
    if (header.first != "purpose" && header.first != "x-purpose" && header.first != "x-moz") return false;
    const std::string value = lower_case(header.second);
    return value.contains("prefetch") || value.contains("prerender") || value.contains("preview");
  });
}

bool framed(const http::InboundRequest& request) {
  const std::string_view destination = request.header("sec-fetch-dest");
  return absent_or(request, "sec-fetch-mode", "navigate") &&
         (destination == "iframe" || destination == "frame" || destination == "embed" || destination == "object");
}

// `localhost` in any letters, as a browser writes it or not.
bool names_localhost(std::string_view host) {
  const std::string name = lower_case(host.substr(0, host.rfind(':')));
  return name == "localhost" || name == "localhost.";
}

}  // namespace

std::optional<Refusal> fault_of(const http::InboundRequest& request, std::uint16_t port) {
  if (request.method != "GET") return Refusal::method;
  if (loaded_ahead(request)) return Refusal::loaded_ahead;
  if (!request.peer_uid) return Refusal::unknown_user;
  const std::string here = ":" + std::to_string(port);
  const std::string_view host = request.header("host");
  if (names_localhost(host)) return Refusal::localhost;
  if (host != "127.0.0.1" + here && host != "[::1]" + here) return Refusal::other_host;
  if (framed(request)) return Refusal::framed;
  const bool navigates =
      absent_or(request, "sec-fetch-mode", "navigate") && absent_or(request, "sec-fetch-dest", "document");
  return navigates ? std::nullopt : std::optional(Refusal::in_background);
}

// Older browsers declare nothing. What another program or the address bar opens comes from no site.
// Spec: Fetch Metadata Request Headers, "Sec-Fetch-User" and "Sec-Fetch-Site"
Origin origin_of(const http::InboundRequest& request) {
  if (request.header("sec-fetch-user") == "?1") return Origin::click;
  const bool declares =
      std::ranges::any_of(request.headers, [](const auto& header) { return header.first.starts_with("sec-fetch-"); });
  return declares && request.header("sec-fetch-site") != "none" ? Origin::navigation : Origin::undeclared;
}

std::optional<LaunchParameters> launch_parameters(std::string_view query) {
  auto fields = parse_form(query);
  if (!fields) return std::nullopt;
  std::string* iss = once(*fields, "iss");
  std::string* launch = once(*fields, "launch");
  if (iss == nullptr || launch == nullptr) return std::nullopt;
  LaunchParameters parameters{*iss, Secret(*launch)};
  wipe(*launch);
  return parameters;
}

Secret state_of(std::string_view query) {
  auto fields = parse_form(query);
  if (!fields) return {};
  const std::string* state = once(*fields, "state");
  Secret only(state == nullptr ? std::string_view() : std::string_view(*state));
  for (auto& [name, value] : *fields) wipe(value);
  return only;
}

const config::App* misspelt_app(const config::Config& config, std::string_view written) {
  std::string name = lower_case(form_decode(written).value_or(std::string(written)));
  while (name.starts_with('/')) name.erase(0, 1);
  while (name.ends_with('/')) name.pop_back();
  const auto found =
      std::ranges::find_if(config.apps, [&](const config::App& app) { return lower_case(app.id) == name; });
  return found == config.apps.end() ? nullptr : &*found;
}

std::string cookie_name(std::string_view launch_id) { return "wardend-" + public_name(launch_id); }

std::string cookie_given(const Pending& pending) {
  return cookie_name(pending.id) + "=" + std::string(pending.cookie.reveal()) + std::string(cookie_rules) +
         "; Max-Age=600";
}

std::string cookie_taken_back(std::string_view launch_id) {
  return cookie_name(launch_id) + "=" + std::string(cookie_rules) + "; Max-Age=0";
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  std::string_view only;
  std::size_t seen = 0;
  while (!header.empty()) {
    std::string_view pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    only = pair.substr(equals + 1);
    ++seen;
  }
  return seen == 1 ? only : std::string_view{};
}

bool is_of(const http::InboundRequest& request, const Pending& pending) {
  return request.peer_uid == pending.uid && !pending.cookie.empty() &&
         pending.cookie.equals(cookie_value(request.header("cookie"), cookie_name(pending.id)));
}

}  // namespace wardend::launch

#include "protocol/fhircast/subscription.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"

namespace wardend::fhircast {
namespace {

using namespace std::chrono_literals;

constexpr std::array asked = {std::string_view("Patient-open"),
                              std::string_view("Patient-close"),
                              std::string_view("Encounter-open"),
                              std::string_view("Encounter-close"),
                              std::string_view("ImagingStudy-open"),
                              std::string_view("ImagingStudy-close"),
                              std::string_view("DiagnosticReport-open"),
                              std::string_view("DiagnosticReport-close"),
                              std::string_view("Home-open"),
                              std::string_view("UserLogout"),
                              std::string_view("UserHibernate"),
                              std::string_view("SyncError")};

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

// fhircast/EVENT.read, where either part may be *. Spec: FHIRcast 3.0.0, SMART scopes
bool lets_read(std::string_view scope, std::string_view event) {
  scope.remove_prefix(scope.find('/') + 1);
  const auto dot = scope.rfind('.');
  if (dot == std::string_view::npos) return false;
  const auto what = scope.substr(0, dot);
  const auto how = scope.substr(dot + 1);
  return (what == "*" || lower(what) == lower(event)) && (how == "read" || how == "*");
}

Secret form_body(const SubscriptionForm& form, std::string_view endpoint) {
  std::string events;
  for (const auto event : form.events) events.append(events.empty() ? "" : ",").append(event);
  const std::string lease = std::to_string(form.lease.count());
  FormFields fields = {
      {"hub.channel.type", "websocket"}, {"hub.mode", "subscribe"}, {"hub.topic", form.topic}, {"hub.events", events}};
  if (form.lease > 0s) fields.emplace_back("hub.lease_seconds", lease);
  if (!endpoint.empty()) fields.emplace_back("hub.channel.endpoint", endpoint);
  if (!form.subscriber.empty()) fields.emplace_back("subscriber.name", form.subscriber);
  std::string body = form_encode(fields);
  Secret secret(body);
  wipe(body);
  return secret;
}

}  // namespace

std::vector<std::string_view> events_to_ask(const smart::ScopeSet& granted) {
  std::vector<std::string_view> scopes;
  for (const auto& scope : granted.list())
    if (scope.starts_with("fhircast/")) scopes.push_back(scope);
  std::vector<std::string_view> events;
  for (const auto event : asked)
    if (scopes.empty() || std::ranges::any_of(scopes, [&](auto scope) { return lets_read(scope, event); }))
      events.push_back(event);
  return events;
}

Secret subscribe_body(const SubscriptionForm& form) { return form_body(form, {}); }

Secret renew_body(const SubscriptionForm& form, const Secret& endpoint) { return form_body(form, endpoint.reveal()); }

std::chrono::seconds lease_to_ask(std::chrono::seconds token_left) {
  return std::clamp<std::chrono::seconds>(token_left, 1s, 3600s);
}

std::chrono::milliseconds renew_after(std::chrono::seconds lease) {
  return std::max<std::chrono::milliseconds>(std::chrono::milliseconds(lease) * 4 / 5, 1s);
}

std::chrono::seconds reconnect_delay(unsigned attempt) {
  constexpr std::chrono::seconds longest = 60s;
  return attempt >= 6 ? longest : std::min(std::chrono::seconds(1U << attempt), longest);
}

}  // namespace wardend::fhircast

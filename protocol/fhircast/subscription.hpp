// Asking a hub for events: which hub may be asked, the forms that are posted, what its answer means, and when to ask
// again. The topic and the WebSocket's address are tickets and stay in Secrets. No I/O, no clock.
// Spec: HL7 FHIRcast 3.0.0 (STU3), subscribing; SMART App Launch integration.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "protocol/http/url.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::fhircast {

// Where a hub, and the WebSocket that it names, may live.
struct HubRules {
  std::string fhir_host = {};                   // of the FHIR base: http::Url::host()
  std::vector<std::string> allowed_hosts = {};  // besides it
};

// Why a hub's address is not used. `detail` is a sentence that names the host and nothing else of the address.
struct HubFault {
  enum class Kind : std::uint8_t { bad_url, not_https, foreign_host };
  Kind kind;
  std::string detail;
};
[[nodiscard]] std::string_view name_of(HubFault::Kind kind);

// hub.url of a token response: https (http on loopback only), on the FHIR base's own host or an allowed one, whatever
// the port, because the access token is sent there.
[[nodiscard]] std::expected<http::Url, HubFault> check_hub_url(std::string_view url, const HubRules& rules);

// The WebSocket that a hub opened for us. Whoever knows `url` can read it: a secret.
struct Endpoint {
  enum class Transport : std::uint8_t { tls, plain };  // plain: ws, on loopback only
  Secret url = {};                                     // as it came: wss://HOST/...
  Secret target = {};                                  // path and query, "/" at least: what goes into the request line
  std::string host = {};                               // lower case, brackets kept
  std::string port = {};
  Transport transport = Transport::tls;
};
[[nodiscard]] std::expected<Endpoint, HubFault> check_endpoint(std::string_view url, const HubRules& rules);

// What to ask for: opens and closes of everything that has a patient, Home-open, UserLogout, UserHibernate, SyncError.
// Where the token was granted fhircast/ scopes, only what they let us read.
[[nodiscard]] std::vector<std::string_view> events_to_ask(const smart::ScopeSet& granted);

// What both forms share.
struct SubscriptionForm {
  std::string_view topic;
  std::vector<std::string_view> events;
  std::chrono::seconds lease{0};  // zero: not said
  std::string_view subscriber;    // shown to users in SyncErrors; no patient data
};
// Bodies for POST hub.url, application/x-www-form-urlencoded, with the access token as Bearer.
[[nodiscard]] Secret subscribe_body(const SubscriptionForm& form);
// Renews what is live on `endpoint`, with the token of now; its events are replaced by those of `form`.
[[nodiscard]] Secret renew_body(const SubscriptionForm& form, const Secret& endpoint);

// What a failed subscribe means.
struct SubscribeFailure {
  enum class Kind : std::uint8_t {
    transient,     // no 4xx, or 408, 425, 429: again, after reconnect_delay() and not before Retry-After
    unauthorized,  // 401, 403: refresh the token and try once more, then not before the next launch
    topic_gone,    // 404, 410: the EHR's session is over; a logout, where it was confirmed before
    refused,       // another 4xx: not before the next launch
    unusable,      // accepted, but no WebSocket that may be used: not before the next launch
  };
  Kind kind;
  std::string code;  // http_503, not_json, no_endpoint, foreign_host: for logs and the audit
};
// Judges the hub's answer to subscribe_body() and renew_body(). 202 is right, another 2xx is taken.
[[nodiscard]] std::expected<Endpoint, SubscribeFailure> read_subscribe_answer(int status, std::string_view body,
                                                                              const HubRules& rules);

// The lease to ask for with a token that lives another `token_left`: at most an hour, at least a second.
[[nodiscard]] std::chrono::seconds lease_to_ask(std::chrono::seconds token_left);
// How long after a confirmation to renew: four fifths of the lease, at least a second. A refreshed token renews at
// once, whatever this says: the hub's lease ends with the token that it was asked with.
[[nodiscard]] std::chrono::milliseconds renew_after(std::chrono::seconds lease);
// Before the n-th attempt after a loss, from 0: 1, 2, 4 ... 60 s. The caller adds jitter.
[[nodiscard]] std::chrono::seconds reconnect_delay(unsigned attempt);

inline constexpr std::chrono::seconds confirmation_timeout{10};  // from the open socket to the confirmation
inline constexpr std::chrono::seconds ping_interval{30};         // two without an answer: the socket is dead
inline constexpr std::chrono::seconds quiet_after{3};            // CurrentContext::quiet(), after the confirmation

}  // namespace wardend::fhircast

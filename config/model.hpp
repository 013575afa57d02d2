// The configuration as typed values: every key of wardend.toml with its default. Read-only once loaded.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_route.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/fhir/patient.hpp"
#include "protocol/fhir/release.hpp"
#include "protocol/oauth/client_authentication.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::config {

using Milliseconds = std::chrono::milliseconds;

enum class OnFailure { refuse, allow };
enum class Redirect { fixed, loopback, relay };
using oauth::BasicEncoding;
using smart::ScopeSyntax;
enum class RefreshScope { omit, same };
enum class Replay { never, late, at_once };
enum class OnLoss { clear, degrade };
using oauth::ClientAuth;
enum class Identity { required, none };
enum class PatientContext { required, optional, none };
enum class OnScopeShortfall { warn, refuse };
enum class TokenAccess { both, gateway };
// What the gateway does with a request that the guard refuses: it does not go, or it goes and is recorded.
enum class GatewayGuard { enforce, warn };
// What an answer that holds another patient gets: recorded, or refused whole.
enum class Foreign { audit, enforce };

struct Broker {
  std::string socket = "/run/wardend/broker.sock";
  std::string control_socket = "/run/wardend/control.sock";
  std::string lock_socket = "/run/wardend/lock.sock";  // not named: lock.sock beside the control socket; "": none
  bool lock_socket_named = false;
  std::string fhir_socket = "/run/wardend/fhir.sock";  // not named: fhir.sock beside the broker's socket; "": none
  bool fhir_socket_named = false;
  std::uint16_t loopback_port = 8724;
  std::string metrics_listen = "127.0.0.1:9724";
  std::string state_dir = "/var/lib/wardend";
  std::string metrics_textfile = "";
  std::vector<std::string> lock_sources = {"logind"};
  Milliseconds lock_grace{2000};
  bool unlock_proves_presence = false;
  std::size_t max_connections_per_user = 64;
  std::size_t max_connections = 512;
  // Whether `lock_sources` lists that name.
  [[nodiscard]] bool has_lock_source(std::string_view name) const;
  // The most descriptors that wardend has open at a time.
  [[nodiscard]] std::size_t descriptors() const;
};
inline constexpr std::size_t lock_socket_connections = 64;
inline constexpr std::size_t unit_descriptors = 8192;  // LimitNOFILE= of the shipped unit

// Group names as written, and their numbers as resolved when the configuration was loaded.
struct RoleGroups {
  std::vector<std::string> names;
  std::vector<gid_t> gids;
};
struct Roles {
  RoleGroups ehr{{"wardend-ehr"}, {}};
  RoleGroups operators{{"wardend-operator"}, {}};
  RoleGroups observer{{"wardend-observer"}, {}};
};

struct Audit {
  std::string file = "/var/log/wardend/audit.jsonl";
  std::string organization = "";    // who answers for the trail: each entry names them
  std::string purpose_of_use = "";  // a code of v3-PurposeOfUse
  std::string forward_to = "";
  std::string forward_token = "";        // the credential that holds the bearer token
  std::string forward_certificate = "";  // the credentials of a client's certificate
  std::string forward_key = "";
  std::string syslog = "";  // "local", or "tls://HOST:PORT"
  std::string syslog_ca_file = "";
  OnFailure on_failure = OnFailure::refuse;
};

struct OAuth {
  std::string aud = "";
  Redirect redirect = Redirect::fixed;
  ScopeSyntax scope_syntax = ScopeSyntax::automatic;
  BasicEncoding basic_encoding = BasicEncoding::form;
  std::string prompt = "";
  bool nonce = false;
  RefreshScope refresh_scope = RefreshScope::omit;
  bool assume_requested_scope = false;  // whether an answer that names no scope grants what was asked for
  Replay replay = Replay::late;
  // Of a private_key_jwt: "token_endpoint", "endpoint" (where the request goes), "issuer", or the text itself.
  std::string assertion_audience = "token_endpoint";
  bool assertion_client_id = false;  // whether the body names the client beside its assertion
  bool smart1_discovery = false;
  bool legacy_pkce = false;
};
struct Health {
  Milliseconds interval{30000};
  Milliseconds timeout{5000};
  unsigned fail_after = 2;
  unsigned recover_after = 2;
};
struct Fhircast {
  bool enabled = false;
  std::vector<std::string> allowed_hosts = {};
  OnLoss on_loss = OnLoss::clear;
  Milliseconds loss_grace{60000};
};
struct Server {
  std::string name;
  fhir::BaseUrl fhir_base_url;
  HttpRoute route = {};  // ca_file, proxy
  std::vector<std::string> allowed_token_hosts = {};
  Milliseconds staleness{60000};
  std::string ehr_unit = "";
  OAuth oauth = {};
  Health health = {};
  Fhircast fhircast = {};
};

struct Registration {
  std::string server = "";
  std::string client_id = "";
  ClientAuth client_auth = ClientAuth::none;
  std::string credential = "";
  std::string redirect_uri = "";
};
// Within a rule every key given must match; names are resolved to numbers when the configuration is loaded.
struct Peer {
  std::string user = "";
  std::optional<uid_t> uid = {};
  std::string group = "";
  std::optional<gid_t> gid = {};
  std::string unit = "";
  std::string label = "";
  std::string exe = "";
};
struct Scope {
  std::string scope;
  std::string action;
  std::string approved_by;
  std::string approved_on;  // YYYY-MM-DD
};
struct Requires {
  std::string resource;
  std::vector<std::string> interactions = {};
  std::vector<std::string> search = {};
};
struct Write {
  std::string resource;
  std::vector<std::string> required = {};
};
struct SessionRules {
  std::optional<Milliseconds> refresh_lead = {};  // nullopt: "auto"
  Milliseconds idle_timeout{std::chrono::minutes(30)};
  Milliseconds max_lifetime{std::chrono::hours(13)};
  Milliseconds park_ttl{std::chrono::minutes(30)};
};
// How the app's requests go through the FHIR gateway.
struct Gateway {
  GatewayGuard guard = GatewayGuard::enforce;
  Foreign foreign = Foreign::audit;
  std::vector<std::string> operations = {};  // that pass, with their "$"
};
// An operator has switched the app off (`wardctl app disable`).
struct SwitchedOff {
  std::string reason;                   // never empty
  std::string by = {};                  // who did; empty: not known
  std::optional<std::int64_t> at = {};  // Unix seconds
  bool operator==(const SwitchedOff&) const = default;
};
struct App {
  std::string id;
  std::string name;
  std::vector<std::string> servers = {};
  Identity identity = Identity::required;
  std::string open_url = "";
  bool launch_ehr = true;
  bool launch_standalone = true;
  PatientContext patient_context = PatientContext::required;
  std::vector<fhir::Release> fhir_versions = {};  // that it was written for; empty: it does not say
  bool require_verified_patient = false;
  TokenAccess token_access = TokenAccess::both;
  bool break_glass = false;  // whether a reason lets a write pass whose context is in doubt
  OnScopeShortfall on_scope_shortfall = OnScopeShortfall::warn;
  bool enabled = true;                           // as the file says
  std::optional<SwitchedOff> switched_off = {};  // laid over the file: see live.hpp
  std::string population = "";                   // who may use it, in the words of those who decided that
  std::string consent = "";                      // under which consent of the patients
  std::vector<Registration> registrations =
      {};  // one for every entry of `servers`, the app's own keys being the default
  std::vector<Peer> peers = {};
  std::vector<Scope> scopes = {};
  std::vector<Requires> requirements = {};
  std::vector<Write> writes = {};
  SessionRules session = {};
  Gateway gateway = {};
  std::string advice = "";  // [app.fallback]

  // Whether anybody may use it: neither the file nor an operator switches it off.
  [[nodiscard]] bool in_use() const { return enabled && !switched_off; }
  // How the app is known at that server; nullptr: it is not an app of that server.
  [[nodiscard]] const Registration* registration(std::string_view server) const;
  [[nodiscard]] smart::ScopeSet wanted_scopes() const;
};

using Identifier = fhir::IdentifierRule;

struct Config {
  Broker broker;
  Roles roles;
  Audit audit;
  std::vector<Server> servers;
  std::vector<App> apps;
  std::vector<Identifier> identifiers;
  std::string digest;  // SHA-256 in hex over all files read, in order

  // nullptr: no such server.
  [[nodiscard]] const Server* server(std::string_view name) const;
  // By canonical FHIR base: the allow-list of EHR launches.
  [[nodiscard]] const Server* server_by_iss(const fhir::BaseUrl& iss) const;
  [[nodiscard]] const App* app(std::string_view id) const;
};

using ConfigPtr = std::shared_ptr<const Config>;

}  // namespace wardend::config

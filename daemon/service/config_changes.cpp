#include "daemon/service/config_changes.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/text.hpp"

namespace wardend::service {
namespace {

using namespace config;

constexpr std::size_t most_named = 20;

auto parts(const Broker& of) {
  return std::tie(of.socket, of.control_socket, of.lock_socket, of.fhir_socket, of.loopback_port, of.metrics_listen,
                  of.state_dir, of.metrics_textfile, of.lock_sources, of.lock_grace, of.unlock_proves_presence,
                  of.max_connections_per_user, of.max_connections);
}
auto parts(const RoleGroups& of) { return std::tie(of.names, of.gids); }
auto parts(const Audit& of) {
  return std::tie(of.file, of.organization, of.purpose_of_use, of.forward_to, of.forward_token, of.forward_certificate,
                  of.forward_key, of.syslog, of.syslog_ca_file, of.on_failure);
}
auto parts(const OAuth& of) {
  return std::tie(of.aud, of.redirect, of.scope_syntax, of.basic_encoding, of.prompt, of.nonce, of.refresh_scope, of.assume_requested_scope,
                  of.replay, of.assertion_audience, of.assertion_client_id, of.smart1_discovery, of.legacy_pkce);
}
auto parts(const Health& of) { return std::tie(of.interval, of.timeout, of.fail_after, of.recover_after); }
auto parts(const Fhircast& of) { return std::tie(of.enabled, of.allowed_hosts, of.on_loss, of.loss_grace); }
auto parts(const Registration& of) {
  return std::tie(of.server, of.client_id, of.client_auth, of.credential, of.redirect_uri);
}
auto parts(const Peer& of) { return std::tie(of.user, of.uid, of.group, of.gid, of.unit, of.label, of.exe); }
auto parts(const Scope& of) { return std::tie(of.scope, of.action, of.approved_by, of.approved_on); }
auto parts(const Requires& of) { return std::tie(of.resource, of.interactions, of.search); }
auto parts(const Write& of) { return std::tie(of.resource, of.required); }
auto parts(const Identifier& of) { return std::tie(of.system, of.kind, of.required); }
auto parts(const Gateway& of) { return std::tie(of.guard, of.foreign, of.operations); }
auto parts(const SessionRules& of) { return std::tie(of.refresh_lead, of.idle_timeout, of.max_lifetime, of.park_ttl); }

template <typename T>
bool alike(const T& one, const T& other) {
  return parts(one) == parts(other);
}
template <typename T>
bool alike(const std::vector<T>& one, const std::vector<T>& other) {
  return std::ranges::equal(one, other, [](const T& a, const T& b) { return alike(a, b); });
}

bool alike(const Roles& one, const Roles& other) {
  return alike(one.ehr, other.ehr) && alike(one.operators, other.operators) && alike(one.observer, other.observer);
}

bool alike(const Server& one, const Server& other) {
  const auto own = [](const Server& of) {
    return std::tie(of.fhir_base_url.text(), of.route.ca_file, of.route.proxy, of.allowed_token_hosts, of.staleness,
                    of.ehr_unit);
  };
  return own(one) == own(other) && alike(one.oauth, other.oauth) && alike(one.health, other.health) &&
         alike(one.fhircast, other.fhircast);
}

bool alike(const App& one, const App& other) {
  const auto own = [](const App& of) {
    return std::tie(of.name, of.servers, of.identity, of.open_url, of.launch_ehr, of.launch_standalone,
                    of.patient_context, of.fhir_versions, of.require_verified_patient, of.break_glass, of.token_access,
                    of.on_scope_shortfall, of.enabled, of.population, of.consent, of.advice);
  };
  return own(one) == own(other) && alike(one.registrations, other.registrations) && alike(one.peers, other.peers) &&
         alike(one.scopes, other.scopes) && alike(one.requirements, other.requirements) &&
         alike(one.writes, other.writes) && alike(one.session, other.session) && alike(one.gateway, other.gateway);
}

struct Changes {
  std::string words = {};
  std::size_t number = 0;
  void add(std::string_view what, std::string_view name, std::string_view happened) {
    if (++number > most_named) return;
    if (!words.empty()) words += "; ";
    words.append(what).append(name).append(happened);
  }
};

const std::string& name_of(const Server& server) { return server.name; }
const std::string& name_of(const App& app) { return app.id; }

template <typename T>
const T* find(const std::vector<T>& all, const std::string& name) {
  const auto found = std::ranges::find_if(all, [&](const T& one) { return name_of(one) == name; });
  return found == all.end() ? nullptr : &*found;
}

template <typename T>
void compare(Changes& changes, std::string_view what, const std::vector<T>& before, const std::vector<T>& after) {
  for (const T& now : after) {
    const T* was = find(before, name_of(now));
    if (was == nullptr)
      changes.add(what, name_of(now), " added");
    else if (!alike(*was, now))
      changes.add(what, name_of(now), " changed");
  }
  for (const T& was : before)
    if (find(after, name_of(was)) == nullptr) changes.add(what, name_of(was), " removed");
}

}  // namespace

std::string changes_in_words(const Config& before, const Config& after) {
  Changes changes;
  if (!alike(before.broker, after.broker)) changes.add("[broker]", "", " changed");
  if (!alike(before.roles, after.roles)) changes.add("[roles]", "", " changed");
  if (!alike(before.audit, after.audit)) changes.add("[audit]", "", " changed");
  if (!alike(before.identifiers, after.identifiers)) changes.add("[[identifier]]", "", " changed");
  compare(changes, "server ", before.servers, after.servers);
  compare(changes, "app ", before.apps, after.apps);
  if (changes.number > most_named) changes.words += "; and " + std::to_string(changes.number - most_named) + " more";
  return changes.words.empty() ? "nothing" : changes.words;
}

std::string refusal_in_words(const Error& error) {
  constexpr std::size_t longest = 1024;
  std::string words = error.detail();
  if (const auto* invalid = error.as<errors::ConfigInvalid>())
    for (const std::string& finding : *invalid->findings)
      if (words.size() < longest) words += "; " + printable(finding, longest - words.size());
  return words;
}

}  // namespace wardend::service

// What one entry says of another, and what the whole configuration lacks.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "config/audit_rule.hpp"
#include "config/sections.hpp"
#include "protocol/fhir/base_likeness.hpp"

namespace wardend::config {
namespace {

void check_redirect(const Config& config, const App& app, const Server& server, const Place& place,
                    Findings& findings) {
  const std::string& redirect = app.registration(server.name)->redirect_uri;
  const std::string port = std::to_string(config.broker.loopback_port);
  const bool loopback =
      redirect == "http://127.0.0.1:" + port + "/callback" || redirect == "http://[::1]:" + port + "/callback";
  const bool own = config.broker.loopback_port == 0 || !redirect.starts_with("http://");
  if (server.oauth.redirect == Redirect::fixed && !loopback && !own)
    findings.error(
        place,
        fmt::format("app {}: redirect_uri at {} must be http://127.0.0.1:{}/callback (the literal address, never "
                    "localhost), or an address of the app's own that is not http",
                    app.id, server.name, port));
  if (server.oauth.redirect == Redirect::relay && !redirect.starts_with("https://"))
    findings.error(
        place, fmt::format("app {}: with redirect = \"relay\" redirect_uri at {} is the relay's https address", app.id,
                           server.name));
}

// The first of a list, and how many more there are: a note stays one line.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() <= shown ? text : fmt::format("{} and {} more", text, names.size() - shown);
}

// What `wardctl verify` and `wardctl rehearse` do not let pass.
void note_unready(const App& app, const Place& place, Findings& findings) {
  std::vector<std::string> missing;
  if (app.population.empty()) missing.emplace_back("population");
  if (app.consent.empty()) missing.emplace_back("consent");
  if (app.advice.empty()) missing.emplace_back("advice under [app.fallback]");
  if (!missing.empty())
    findings.note(place, fmt::format("app {} is not ready to go live: write its {}", app.id, fmt::join(missing, ", ")));
}

// An app that has the gateway alone needs one.
void check_gateway(const Config& config, const App& app, const Place& place, Findings& findings) {
  if (!config.broker.fhir_socket.empty()) return;
  const Gateway standard;
  if (app.token_access == TokenAccess::gateway)
    findings.error(place, "app " + app.id +
                              " can reach nothing: token_access is \"gateway\", and fhir_socket of [broker] is empty; "
                              "give fhir_socket a path, or set token_access = \"both\"");
  else if (app.gateway.guard != standard.guard || app.gateway.foreign != standard.foreign ||
           app.gateway.operations != standard.operations)
    findings.note(place, "[app.gateway] of app " + app.id +
                             " has no effect: fhir_socket of [broker] is empty, so nothing goes through the gateway");
}

}  // namespace

void check_app(const Config& config, const App& app, const AppPlaces& places, Findings& findings) {
  note_unready(app, places.table, findings);
  check_gateway(config, app, places.table, findings);
  Words known;
  for (const Server& server : config.servers) known.insert(server.name);
  for (const std::string& name : app.servers) {
    if (const Server* server = config.server(name)) {
      check_redirect(config, app, *server, places.table, findings);
      continue;
    }
    const std::string meant = nearest(name, known);
    findings.error(places.servers, "app " + app.id + " names server " + name + ", which is not configured: " +
                                       (meant.empty() ? "add its [[server]]" : "did you mean " + meant + "?"));
  }
}

// Keys of a server that only some kinds of apps bring to bear.
void check_server(const Config& config, const Server& server, const Place& place, Findings& findings) {
  bool used = false, with_basic = false, with_assertion = false, follows = false;
  std::vector<std::string> by_themselves;
  for (const App& app : config.apps) {
    const Registration* registration = app.registration(server.name);
    if (registration == nullptr) continue;
    used = true;
    with_basic = with_basic || registration->client_auth == ClientAuth::client_secret_basic;
    with_assertion = with_assertion || registration->client_auth == ClientAuth::private_key_jwt;
    if (app.launch_standalone) by_themselves.push_back(app.id);
    for (const Scope& scope : app.scopes) follows = follows || scope.scope.starts_with("fhircast/");
  }
  const auto note = [&](const std::string& text) { findings.note(place, "server " + server.name + ": " + text); };
  if (is_for_the_trail_alone(config, server.name)) return;
  if (!used) return config.apps.empty() ? void() : note("no [[app]] lists it in its servers, so it is probed in vain");
  if (server.oauth.prompt.empty() && !by_themselves.empty())
    note("apps that launch there by themselves (" + some_of(by_themselves) +
         ") can do so after a lock only with prompt = \"login\" under [server.oauth]: set that, or launch = [\"ehr\"] "
         "in each of them");
  const OAuth standard;
  if (server.oauth.basic_encoding != standard.basic_encoding && !with_basic)
    note("basic_encoding has no effect: no app has client_auth = \"client_secret_basic\" there");
  if ((server.oauth.assertion_audience != standard.assertion_audience ||
       server.oauth.assertion_client_id != standard.assertion_client_id) &&
      !with_assertion)
    note(
        "assertion_audience and assertion_client_id have no effect: no app has client_auth = \"private_key_jwt\" "
        "there");
  if (server.fhircast.enabled && !follows)
    note("[server.fhircast] has no effect: no app asks for a fhircast/ scope there, as docs/fhircast.md shows");
}

void check_likeness(const Config& config, const EntryPlaces& servers, const EntryPlaces& apps, Findings& findings) {
  std::map<std::string, const Server*> addresses;
  for (const Server& server : config.servers) {
    const auto [known, first] = addresses.emplace(fhir::likeness(server.fhir_base_url), &server);
    const Server& twin = *known->second;
    // One base address in two entries has a note of its own.
    if (first || server.fhir_base_url == twin.fhir_base_url) continue;
    findings.note(servers.at(server.name),
                  "server " + server.name + " seems to be server " + twin.name +
                      ", its fhir_base_url written otherwise: keep the entry whose address the EHR sends as iss");
  }
  const auto note_alike = [&](std::string_view kind, const auto& names, const EntryPlaces& places) {
    std::map<std::string, std::string> known;
    for (const std::string& name : names) {
      const auto [other, first] = known.emplace(lower_case(name), name);
      if (!first)
        findings.note(places.at(name), fmt::format("{0} {1} differs from {0} {2} in capitals only: give one of them a "
                                                   "name that nobody mistakes for the other",
                                                   kind, name, other->second));
    }
  };
  std::vector<std::string> names;
  for (const Server& server : config.servers) names.push_back(server.name);
  note_alike("server", names, servers);
  names.clear();
  for (const App& app : config.apps) names.push_back(app.id);
  note_alike("app", names, apps);
}

void check_whole(const Config& config, const Place& first, Findings& findings) {
  if (config.servers.empty()) findings.note(first, "there is no [[server]]: no app can launch");
  if (config.apps.empty()) findings.note(first, "there is no [[app]]: wardend serves nobody");
}

}  // namespace wardend::config

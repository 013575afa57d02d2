// [[app]] and everything below it, but its scopes.
#include <algorithm>

#include "config/named_files.hpp"
#include "config/refreshable.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"
#include "protocol/smart/scope_grammar.hpp"

namespace wardend::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t longest_name = 100;  // characters: a page shows it in a line

void read_name(TableReader& reader, App& app) {
  const std::size_t errors_before = reader.findings().errors();
  reader.text("name", app.name);
  if (reader.has("name") && app.name.empty() && reader.findings().errors() == errors_before)
    reader.findings().error(reader.place("name"),
                            "name is empty: write the name that clinicians know the app by, or leave it out");
  reader.readable("name", app.name, longest_name, TableReader::Lines::one);
}

void read_client(TableReader& reader, Registration& registration) {
  reader.text("client_id", registration.client_id);
  reader.word<ClientAuth>("client_auth", registration.client_auth,
                          {{"none", ClientAuth::none},
                           {"client_secret_basic", ClientAuth::client_secret_basic},
                           {"client_secret_post", ClientAuth::client_secret_post},
                           {"private_key_jwt", ClientAuth::private_key_jwt}});
  reader.text("credential", registration.credential);
  reader.text("redirect_uri", registration.redirect_uri);
}

void check_client(TableReader& reader, const Registration& registration) {
  reader.need("client_id", registration.client_id, "as registered at the server");
  if (registration.client_auth == ClientAuth::none) {
    if (!registration.credential.empty())
      reader.findings().note(reader.place("credential"), "is not used: client_auth is \"none\"");
    return;
  }
  reader.need("credential", registration.credential, "the file with the client's secret or key");
  const std::string& file = registration.credential;
  const bool plain = !file.contains('/') && file != "." && file != "..";
  if (!file.empty() && file.front() != '/' && !plain)
    reader.findings().error(reader.place("credential"),
                            "credential is the name of a file in the credentials folder, or an absolute path");
  else if (!file.empty())
    check_credential(reader, registration);
}

Peer read_peer(const Node& table, const std::string& file, Findings& findings) {
  TableReader reader(table, file, "[[app.peer]]", findings);
  const std::size_t faults_before = findings.errors();
  Peer peer;
  reader.text("user", peer.user);
  reader.text("group", peer.group);
  reader.text("unit", peer.unit);
  reader.text("label", peer.label);
  reader.text("exe", peer.exe);
  reader.done();
  // A misspelt key is fault enough.
  const bool empty =
      peer.user.empty() && peer.group.empty() && peer.unit.empty() && peer.label.empty() && peer.exe.empty();
  if (empty && findings.errors() == faults_before)
    findings.error(reader.place(),
                   "a peer rule without any key would match everybody: give user, group, unit or label");
  if (!peer.exe.empty())
    findings.error(
        reader.place("exe"),
        "exe needs the drop-in that grants CAP_SYS_PTRACE, which this version does not ship: use unit or label");
  resolve_peer(peer, reader.place(), findings);
  if (peer.label.empty() && findings.errors() == faults_before)
    findings.note(reader.place(),
                  "this rule keeps users apart, not programs: any program of that user can pass for the app, "
                  "unless unit names a system unit; a security label would tell them apart");
  return peer;
}

void read_session(const Node& table, const std::string& file, Findings& findings, SessionRules& rules) {
  TableReader reader(table, file, "[app.session]", findings);
  std::string lead = "auto";
  reader.text("refresh_lead", lead);
  if (lead != "auto") {
    rules.refresh_lead = parse_duration(lead);
    if (!rules.refresh_lead || *rules.refresh_lead > hours(1))
      findings.error(reader.place("refresh_lead"), "refresh_lead must be \"auto\" or a duration up to 1h");
  }
  reader.duration("idle_timeout", rules.idle_timeout, seconds(1), hours(24));
  reader.duration("max_lifetime", rules.max_lifetime, seconds(1), hours(24));
  reader.duration("park_ttl", rules.park_ttl, seconds(1), hours(24));
  reader.done();
  if (reader.has("idle_timeout") && rules.idle_timeout >= rules.max_lifetime)
    findings.note(reader.place("idle_timeout"),
                  "idle_timeout has no effect: it is no shorter than max_lifetime, which ends the session before");
}

void read_gateway(const Node& table, const std::string& file, Findings& findings, Gateway& gateway) {
  TableReader reader(table, file, "[app.gateway]", findings);
  reader.word<GatewayGuard>("guard", gateway.guard, {{"enforce", GatewayGuard::enforce}, {"warn", GatewayGuard::warn}});
  reader.word<Foreign>("foreign", gateway.foreign, {{"audit", Foreign::audit}, {"enforce", Foreign::enforce}});
  reader.texts("operations", gateway.operations);
  for (const std::string& name : gateway.operations)
    if (!name.starts_with('$') || name.size() < 2 || name.size() > 64)
      findings.error(reader.place("operations"), "operations lists names of FHIR operations, like \"$everything\"");
    else if (name.starts_with("$export") || name == "$graphql")
      findings.note(reader.place("operations"), name + " has no effect in operations: the gateway refuses it always");
  if (gateway.foreign == Foreign::enforce && gateway.guard == GatewayGuard::warn)
    findings.note(reader.place("foreign"),
                  "foreign = \"enforce\" has no effect with guard = \"warn\": an answer that it would refuse is "
                  "recorded, and passes");
  reader.done();
}

void read_parts(TableReader& reader, const std::string& file, Findings& findings, App& app) {
  for (const Node* part : reader.tables("peer")) app.peers.push_back(read_peer(*part, file, findings));
  read_scopes(reader, file, findings, app);
  for (const Node* part : reader.tables("requires")) app.requirements.push_back(read_requires(*part, file, findings));
  for (const Node* part : reader.tables("write")) app.writes.push_back(read_write(*part, file, findings));
  if (const Node* part = reader.table("session")) {
    read_session(*part, file, findings, app.session);
    if (app.session.refresh_lead && !asks_to_refresh(app))
      findings.note(place_of(file, part->at),
                    "refresh_lead has no effect: app " + app.id +
                        " has neither the scope offline_access nor online_access, so nothing is refreshed");
  }
  if (const Node* part = reader.table("gateway")) read_gateway(*part, file, findings, app.gateway);
  if (const Node* part = reader.table("fallback")) {
    TableReader fallback(*part, file, "[app.fallback]", findings);
    fallback.text("advice", app.advice);
    fallback.readable("advice", app.advice, longest_text, TableReader::Lines::several);
    fallback.done();
  }
  if (app.peers.empty())
    findings.error(reader.place(), "app " + app.id + " has no [[app.peer]] rule: nobody could use it");
}

bool may_write(const App& app, std::string_view resource) {
  return std::ranges::any_of(app.scopes, [&](const Scope& of) {
    const auto scope = smart::parse_fhir_scope(of.scope);
    return scope && (scope->resource == "*" || scope->resource == resource) &&
           scope->letters.find_first_of("cud") != std::string::npos;
  });
}

// What is set, and never comes to bear beside the app's other keys.
void note_idle_keys(TableReader& reader, const App& app) {
  if (!app.open_url.empty() && !app.launch_ehr)
    reader.findings().note(reader.place("open_url"),
                           "open_url has no effect without \"ehr\" in launch: it is where an EHR's launch ends");
  if (app.require_verified_patient && app.patient_context == PatientContext::none)
    reader.findings().note(
        reader.place("require_verified_patient"),
        "require_verified_patient refuses a launch only where the EHR names a patient, which the app "
        "does not ask for: patient_context is \"none\"");
  for (const Write& write : app.writes)
    if (!may_write(app, write.resource))
      reader.findings().note(reader.place("write"),
                             "[[app.write]] of " + write.resource + " has no effect: no [[app.scope]] lets app " +
                                 app.id + " write one, so each write is refused; add a scope like patient/" +
                                 write.resource + ".cu, or take the entry out");
}

void read_launch(TableReader& reader, App& app) {
  std::vector<std::string> modes = {"ehr", "standalone"};
  reader.texts("launch", modes);
  app.launch_ehr = std::ranges::find(modes, "ehr") != modes.end();
  app.launch_standalone = std::ranges::find(modes, "standalone") != modes.end();
  if (modes.empty())
    reader.findings().error(reader.place("launch"), "launch is empty: list \"ehr\", \"standalone\" or both");
  for (const std::string& mode : modes)
    if (mode != "ehr" && mode != "standalone")
      reader.findings().error(reader.place("launch"), "launch knows \"ehr\" and \"standalone\", not " + mode);
}

void read_fhir_versions(TableReader& reader, App& app) {
  std::vector<std::string> names;
  reader.texts("fhir_versions", names);
  for (const std::string& name : names) {
    if (const auto release = fhir::release_named(name))
      app.fhir_versions.push_back(*release);
    else
      reader.findings().error(reader.place("fhir_versions"),
                              "fhir_versions knows \"DSTU2\", \"STU3\", \"R4\", \"R4B\" and \"R5\", not " + name);
  }
}

// One registration for every server: the app's own keys, unless [[app.registration]] says otherwise.
void read_registrations(TableReader& reader, const std::string& file, const Registration& own, App& app) {
  std::vector<Registration> written;
  for (const Node* part : reader.tables("registration")) {
    TableReader entry(*part, file, "[[app.registration]]", reader.findings());
    Registration registration = own;
    entry.text("server", registration.server);
    read_client(entry, registration);
    entry.need("server", registration.server, "the server that knows the app by other names");
    check_client(entry, registration);
    entry.done();
    const bool listed = std::ranges::find(app.servers, registration.server) != app.servers.end();
    if (!listed && !registration.server.empty())
      reader.findings().error(entry.place("server"), "server " + registration.server + " is not in the app's servers");
    if (std::ranges::find(written, registration.server, &Registration::server) != written.end())
      reader.findings().error(entry.place("server"), "a second registration for " + registration.server);
    written.push_back(std::move(registration));
  }
  bool own_used = false;
  for (const std::string& server : app.servers) {
    const auto found = std::ranges::find(written, server, &Registration::server);
    Registration registration = found == written.end() ? own : *found;
    own_used = own_used || found == written.end();
    registration.server = server;
    app.registrations.push_back(std::move(registration));
  }
  if (own_used) check_client(reader, own);
}

}  // namespace

App read_app(const Node& table, const std::string& file, const Broker& broker, Findings& findings) {
  TableReader reader(table, file, "[[app]]", findings);
  App app;
  Registration own{.redirect_uri = "http://127.0.0.1:" + std::to_string(broker.loopback_port) + "/callback"};
  reader.text("id", app.id);
  read_name(reader, app);
  reader.texts("servers", app.servers);
  read_client(reader, own);
  reader.word<Identity>("identity", app.identity, {{"required", Identity::required}, {"none", Identity::none}});
  reader.text("open_url", app.open_url);
  read_launch(reader, app);
  reader.word<PatientContext>(
      "patient_context", app.patient_context,
      {{"required", PatientContext::required}, {"optional", PatientContext::optional}, {"none", PatientContext::none}});
  read_fhir_versions(reader, app);
  reader.flag("require_verified_patient", app.require_verified_patient);
  reader.flag("break_glass", app.break_glass);
  reader.word<TokenAccess>("token_access", app.token_access,
                           {{"both", TokenAccess::both}, {"gateway", TokenAccess::gateway}});
  reader.word<OnScopeShortfall>("on_scope_shortfall", app.on_scope_shortfall,
                                {{"warn", OnScopeShortfall::warn}, {"refuse", OnScopeShortfall::refuse}});
  reader.flag("enabled", app.enabled);
  reader.text("population", app.population);
  reader.text("consent", app.consent);
  reader.need("id", app.id, "a short name, used in calls and metrics");
  reader.short_name("id", app.id);
  if (app.name.empty()) app.name = app.id;
  reader.readable("population", app.population, longest_text, TableReader::Lines::several);
  reader.readable("consent", app.consent, longest_text, TableReader::Lines::several);
  if (app.servers.empty())
    findings.error(reader.place("servers"), "app " + app.id + " has no servers: list at least one");
  if (!app.open_url.empty() && !http::Url::parse(app.open_url))
    findings.error(reader.place("open_url"), "open_url must be an https URL, or http on loopback");
  read_registrations(reader, file, own, app);
  read_parts(reader, file, findings, app);
  if (app.require_verified_patient && !app.wanted_scopes().covers("patient/Patient.r"))
    findings.note(reader.place("require_verified_patient"),
                  "no scope of app " + app.id +
                      " lets wardend read the patient's record, so every launch with a patient will be refused: add "
                      "patient/Patient.r");
  note_idle_keys(reader, app);
  reader.done();
  return app;
}

}  // namespace wardend::config

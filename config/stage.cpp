#include "config/stage.hpp"

#include <toml++/toml.h>

#include <optional>
#include <sstream>
#include <string_view>

namespace wardend::config {
namespace {

// An outage is seen within seconds, so that a rehearsal does not last for minutes.
constexpr std::string_view probe_interval = "1s";
constexpr std::string_view probe_timeout = "2s";
constexpr std::string_view staleness = "3s";

using Sentences = std::vector<std::string>;

// The entry of [[kind]] whose `key` is `name`, in any of the files.
std::optional<toml::table> entry_named(const std::vector<std::string>& texts, std::string_view kind,
                                       std::string_view key, const std::string& name) {
  for (const std::string& text : texts) {
    const toml::table whole = toml::parse(text);
    const toml::array* entries = whole[kind].as_array();
    if (entries == nullptr) continue;
    for (const toml::node& entry : *entries)
      if (const toml::table* table = entry.as_table(); table != nullptr && (*table)[key].value_or("") == name)
        return *table;
  }
  return std::nullopt;
}

// Whether any of the files has [[kind]].
bool any_has(const std::vector<std::string>& texts, std::string_view kind) {
  for (const std::string& text : texts)
    if (toml::parse(text).contains(kind)) return true;
  return false;
}

// Takes a key away; true: it was there.
bool take(toml::table& from, std::string_view key) { return from.erase(key) > 0; }

void replace_client(toml::table& app, const Cast& cast, const Stage& stage, Sentences& replaced) {
  if (const toml::array* registrations = app["registration"].as_array())
    for (const toml::node& entry : *registrations)
      if (const toml::table* own = entry.as_table(); own != nullptr && (*own)["server"].value_or("") == cast.server)
        for (const char* key : {"client_id", "client_auth"})
          if (const auto text = (*own)[key].value<std::string>()) app.insert_or_assign(key, *text);
  app.erase("registration");
  if (app["client_auth"].value_or(std::string_view("none")) != "none")
    replaced.emplace_back("The client is public (client_auth \"none\"): its credential was not read.");
  app.erase("client_auth");
  app.erase("credential");
  app.insert_or_assign("redirect_uri", "http://127.0.0.1:" + std::to_string(stage.loopback_port) + "/callback");
  replaced.emplace_back("The browser's way back is a free port of this machine.");
}

toml::table cast_app(toml::table app, const Cast& cast, const Stage& stage, Sentences& replaced) {
  app.insert_or_assign("servers", toml::array{cast.server});
  replace_client(app, cast, stage, replaced);
  app.insert_or_assign("peer", toml::array{toml::table{{"user", std::to_string(stage.user)}}});
  replaced.emplace_back("[[app.peer]] is the user who rehearses.");
  if (!app["enabled"].value_or(true)) replaced.emplace_back("The app is on: the file has it switched off.");
  app.erase("enabled");
  return app;
}

toml::table cast_server(toml::table server, const Cast& cast, const Stage& stage, Sentences& replaced) {
  replaced.emplace_back("The EHR is wardend-sandbox. Nothing was sent to " + cast.server +
                        ", and no real patient is in it.");
  server.insert_or_assign("fhir_base_url", stage.fhir_base_url);
  for (const char* key : {"ca_file", "proxy", "allowed_token_hosts", "ehr_unit"})
    if (take(server, key)) replaced.emplace_back(std::string(key) + " is left out.");
  if (toml::table* oauth = server["oauth"].as_table())
    for (const char* key : {"aud", "redirect"})
      if (take(*oauth, key)) replaced.emplace_back("[server.oauth] " + std::string(key) + " is left out.");
  if (take(server, "fhircast")) replaced.emplace_back("[server.fhircast] is left out: the sandbox has no hub.");
  server.insert_or_assign("staleness", staleness);
  server.insert_or_assign("health", toml::table{{"interval", probe_interval}, {"timeout", probe_timeout}});
  replaced.emplace_back("The server is probed each second, and data is stale after three.");
  return server;
}

toml::table house(const Stage& stage, const std::optional<std::string>& on_failure, toml::table& whole) {
  const std::string group = std::to_string(stage.group);
  whole.insert_or_assign(
      "roles",
      toml::table{{"ehr", toml::array{group}}, {"operator", toml::array{group}}, {"observer", toml::array{group}}});
  toml::table audit{{"file", stage.folder + "/audit.jsonl"}};
  if (on_failure) audit.insert_or_assign("on_failure", *on_failure);
  whole.insert_or_assign("audit", std::move(audit));
  return toml::table{{"socket", stage.folder + "/broker.sock"},
                     {"control_socket", stage.folder + "/control.sock"},
                     {"lock_socket", ""},
                     {"fhir_socket", stage.folder + "/fhir.sock"},
                     {"loopback_port", stage.loopback_port},
                     {"metrics_listen", ""},
                     {"state_dir", stage.folder + "/state"},
                     {"lock_sources", toml::array{"control"}}};
}

// [audit] stands in the main file alone.
std::optional<std::string> on_failure_of(const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    if (const auto word = toml::parse(text)["audit"]["on_failure"].value<std::string>()) return *word;
  return std::nullopt;
}

std::expected<Staged, std::string> set(const std::vector<std::string>& texts, const Cast& cast, const Stage& stage) {
  auto app = entry_named(texts, "app", "id", cast.app);
  if (!app) return std::unexpected("the configuration has no app " + cast.app);
  auto server = entry_named(texts, "server", "name", cast.server);
  if (!server) return std::unexpected("the configuration has no server " + cast.server);
  bool listed = false;
  if (const toml::array* servers = (*app)["servers"].as_array())
    for (const toml::node& name : *servers) listed = listed || name.value_or("") == cast.server;
  if (!listed) return std::unexpected("server " + cast.server + " is none of the servers of app " + cast.app);
  Staged staged;
  toml::table whole;
  whole.insert_or_assign("broker", house(stage, on_failure_of(texts), whole));
  whole.insert_or_assign("server", toml::array{cast_server(std::move(*server), cast, stage, staged.replaced)});
  whole.insert_or_assign("app", toml::array{cast_app(std::move(*app), cast, stage, staged.replaced)});
  if (any_has(texts, "identifier"))
    staged.replaced.emplace_back("[[identifier]] is left out: the sandbox's patients have none of these.");
  staged.replaced.emplace_back("Locks are told over a control socket: no screen was locked.");
  std::ostringstream text;
  text << whole << '\n';
  staged.text = text.str();
  return staged;
}

}  // namespace

std::expected<Staged, std::string> set_stage(const std::vector<std::string>& texts, const Cast& cast,
                                             const Stage& stage) {
  try {
    return set(texts, cast, stage);
  } catch (const toml::parse_error& error) {
    return std::unexpected("the configuration is not TOML: " + std::string(error.description()));
  }
}

}  // namespace wardend::config

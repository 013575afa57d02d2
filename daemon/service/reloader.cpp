#include "daemon/service/reloader.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "config/loader.hpp"
#include "daemon/service/config_changes.hpp"
#include "daemon/session/terms.hpp"

namespace wardend::service {
namespace {

// Whether a server is asked at another pace from now on.
bool other_pace(const config::Config& before, const config::Config& after) {
  return std::ranges::any_of(after.servers, [&](const config::Server& server) {
    const config::Server* was = before.server(server.name);
    return was != nullptr && was->health.interval != server.health.interval;
  });
}

// Of the ten seconds that a call may take.
constexpr Duration patience = 8s;

std::string not_read(const std::string& file) {
  return file +
         ":1:1: error: not read within 8 s: its file system, or the directory of users and groups, does not answer";
}

}  // namespace

std::vector<std::string> keys_for_restart(const config::Config& started_with, const config::Config& now) {
  const config::Broker& a = started_with.broker;
  const config::Broker& b = now.broker;
  const std::pair<const char*, bool> keys[] = {
      {"socket", a.socket != b.socket},
      {"control_socket", a.control_socket != b.control_socket},
      {"lock_socket", a.lock_socket != b.lock_socket},
      {"fhir_socket", a.fhir_socket != b.fhir_socket},
      {"loopback_port", a.loopback_port != b.loopback_port},
      {"metrics_listen", a.metrics_listen != b.metrics_listen},
      {"metrics_textfile", a.metrics_textfile != b.metrics_textfile},
      {"state_dir", a.state_dir != b.state_dir},
      {"lock_sources", a.lock_sources != b.lock_sources},
      {"max_connections_per_user", a.max_connections_per_user != b.max_connections_per_user},
      {"max_connections", a.max_connections != b.max_connections},
      {"[audit] file", started_with.audit.file != now.audit.file},
      {"[audit] organization", started_with.audit.organization != now.audit.organization},
      {"[audit] purpose_of_use", started_with.audit.purpose_of_use != now.audit.purpose_of_use},
  };
  std::vector<std::string> changed;
  for (const auto& [key, differs] : keys)
    if (differs) changed.emplace_back(key);
  return changed;
}

std::set<std::pair<std::string, std::string>> reconfigured(const config::Config& before, const config::Config& after) {
  std::set<std::pair<std::string, std::string>> changed;
  for (const config::App& app : before.apps)
    for (const std::string& server : app.servers)
      if (session::terms_of(before, app.id, server) != session::terms_of(after, app.id, server))
        changed.emplace(app.id, server);
  return changed;
}

asio::awaitable<Result<std::string>> Reloader::reload() {
  auto digest = co_await read_and_apply();
  files_read_.notify_all();
  co_return digest;
}

asio::awaitable<Result<std::string>> Reloader::read_and_apply() {
  auto read =
      co_await worker_.run_for(patience, [file = file_] { return config::load(file, config::Files::looked_at); });
  if (!read) {
    log::error("configuration not reloaded: its files or the user directory do not answer; the running one stays",
               {{"file", file_.string()}});
    state_.faults = {not_read(file_.string())};
    co_return fail(errors::ConfigInvalid{state_.faults});
  }
  state_.faults = read->errors();
  if (!read->config) {
    log::error("configuration not reloaded: it has errors; the running one stays", {{"errors", state_.faults.size()}});
    for (const std::string& finding : state_.faults) log::error(finding);
    co_return fail(errors::ConfigInvalid{state_.faults});
  }
  apply(std::move(read->config));
  co_return config_.get().digest;
}

void Reloader::end_sessions(const config::App* app, const workstation::Part& part) {
  clearing::Cause cause{.reason = ClearReason::reconfigured, .detail = "the configuration changed"};
  if (app != nullptr && !app->in_use())
    cause = {
        .reason = ClearReason::app_disabled, .detail = "the app was switched off", .instead = config::disabled(*app)};
  clearing_.clear({.part = part}, cause);
}

void Reloader::apply(config::ConfigPtr next) {
  const auto before = config_.hold();
  state_.at_restart = keys_for_restart(*started_with_, *next);
  for (const std::string& key : state_.at_restart)
    log::warn("this key acts at the next restart of wardend only", {{"key", key}});
  const auto now = config_.switches().over(next);
  changes_ = changes_in_words(*before, *next);
  const bool ask_anew = other_pace(*before, *now);
  for (const auto& [id, server] : reconfigured(*before, *now)) end_sessions(now->app(id), {server, id});
  config_.replace(std::move(next));
  switches_.tell_difference(*before, *now);
  prober_.start();
  if (ask_anew) prober_.probe_now();
  follower_.reconfigured();
  log::info("configuration reloaded", {{"digest", config_.get().digest.substr(0, 12)}});
}

}  // namespace wardend::service

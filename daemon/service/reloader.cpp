#include "daemon/service/reloader.hpp"

#include "base/log.hpp"
#include "config/loader.hpp"
#include "daemon/session/terms.hpp"

namespace wardend::service {
namespace {

// What a reload cannot change while sockets are open.
bool needs_restart(const config::Broker& a, const config::Broker& b) {
  return a.socket != b.socket || a.control_socket != b.control_socket || a.loopback_port != b.loopback_port ||
         a.metrics_listen != b.metrics_listen || a.lock_sources != b.lock_sources;
}

// Of the ten seconds that a call may take.
constexpr Duration patience = 8s;

Error not_read(const std::string& file) {
  log::error("configuration not reloaded: its files or the user directory do not answer; the running one stays",
             {{"file", file}});
  return errors::ConfigInvalid{std::vector<std::string>{
      file + ":1:1: not read within 8 s: its file system, or the directory of users and groups, does not answer"}};
}

}  // namespace

std::set<std::pair<std::string, std::string>> reconfigured(const config::Config& before, const config::Config& after) {
  std::set<std::pair<std::string, std::string>> changed;
  for (const config::App& app : before.apps)
    for (const std::string& server : app.servers)
      if (session::terms_of(before, app.id, server) != session::terms_of(after, app.id, server))
        changed.emplace(app.id, server);
  return changed;
}

asio::awaitable<Result<std::string>> Reloader::reload() {
  auto read =
      co_await worker_.run_for(patience, [file = file_] { return config::load(file, config::Files::looked_at); });
  if (!read) co_return fail(not_read(file_.string()));
  config::Loaded loaded = std::move(*read);
  if (!loaded.config) {
    std::vector<std::string> findings;
    for (const config::Finding& finding : loaded.findings)
      if (finding.severity == config::Finding::Severity::error) findings.push_back(finding.to_string());
    log::error("configuration not reloaded: it has errors; the running one stays", {{"errors", findings.size()}});
    for (const std::string& finding : findings) log::error(finding);
    co_return fail(errors::ConfigInvalid{std::move(findings)});
  }
  apply(std::move(loaded.config));
  co_return config_.get().digest;
}

void Reloader::apply(config::ConfigPtr next) {
  const auto before = config_.hold();
  if (needs_restart(before->broker, next->broker))
    log::warn("sockets, ports and lock sources change at the next restart of wardend only");
  const auto changed = reconfigured(*before, *next);
  for (const auto& [id, server] : changed) {
    const config::App* app = next->app(id);
    const bool off = app != nullptr && !app->enabled;
    clearing_.clear({.part = {.server = server, .app = id}},
                    {off ? ClearReason::app_disabled : ClearReason::reconfigured,
                     off ? "the app was switched off" : "the configuration changed"});
  }
  config_.replace(std::move(next));
  prober_.start();
  follower_.reconfigured();
  log::info("configuration reloaded", {{"digest", config_.get().digest.substr(0, 12)}});
}

}  // namespace wardend::service

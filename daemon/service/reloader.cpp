#include "daemon/service/reloader.hpp"

#include <algorithm>
#include <tuple>

#include "base/log.hpp"
#include "config/loader.hpp"

namespace wardend::service {
namespace {

bool same_server(const config::Server& a, const config::Server& b) {
  return a.fhir_base_url.text() == b.fhir_base_url.text() && a.route == b.route && a.oauth.aud == b.oauth.aud &&
         a.allowed_token_hosts == b.allowed_token_hosts;
}

auto peer_key(const config::Peer& peer) {
  return std::tie(peer.user, peer.uid, peer.group, peer.gid, peer.unit, peer.label, peer.exe);
}

bool same_rules(const config::App& a, const config::App& b) {
  return std::ranges::equal(a.peers, b.peers,
                            [](const auto& x, const auto& y) { return peer_key(x) == peer_key(y); }) &&
         a.wanted_scopes().list() == b.wanted_scopes().list() && a.enabled == b.enabled;
}

bool same_client(const config::Registration* a, const config::Registration* b) {
  return a != nullptr && b != nullptr &&
         std::tie(a->client_id, a->client_auth, a->credential, a->redirect_uri) ==
             std::tie(b->client_id, b->client_auth, b->credential, b->redirect_uri);
}

// What a reload cannot change while sockets are open.
bool needs_restart(const config::Broker& a, const config::Broker& b) {
  return a.socket != b.socket || a.control_socket != b.control_socket || a.loopback_port != b.loopback_port ||
         a.metrics_listen != b.metrics_listen || a.lock_sources != b.lock_sources;
}

}  // namespace

std::set<std::pair<std::string, std::string>> reconfigured(const config::Config& before, const config::Config& after) {
  std::set<std::pair<std::string, std::string>> changed;
  for (const config::App& app : before.apps) {
    const config::App* now = after.app(app.id);
    for (const std::string& server : app.servers) {
      const config::Server* server_before = before.server(server);
      const config::Server* server_now = after.server(server);
      const bool same = now != nullptr && server_now != nullptr && same_rules(app, *now) &&
                        same_server(*server_before, *server_now) &&
                        same_client(app.registration(server), now->registration(server));
      if (!same) changed.emplace(app.id, server);
    }
  }
  return changed;
}

asio::awaitable<Result<std::string>> Reloader::reload() {
  auto loaded = co_await worker_.run([file = file_] { return config::load(file); });
  if (!loaded.config) {
    std::vector<std::string> findings;
    for (const config::Finding& finding : loaded.findings)
      if (finding.severity == config::Finding::Severity::error) findings.push_back(finding.to_string());
    log::error("configuration not reloaded: it has errors; the running one stays", {{"errors", findings.size()}});
    for (const std::string& finding : findings) log::error(finding);
    co_return std::unexpected(
        Error{Errc::ConfigInvalid, "mend what is listed, then reload again"}.with("findings", findings));
  }
  apply(std::move(loaded.config));
  co_return config_.get().digest;
}

void Reloader::apply(config::ConfigPtr next) {
  const auto before = config_.hold();
  if (needs_restart(before->broker, next->broker))
    log::warn("sockets, ports and lock sources change at the next restart of wardend only");
  const auto changed = reconfigured(*before, *next);
  for (session::Session* session : store_.all())
    if (changed.contains({session->app, session->server}))
      clearing_.clear_session(*session, {ClearReason::reconfigured, "the configuration changed"});
  config_.replace(std::move(next));
  prober_.start();
  log::info("configuration reloaded", {{"digest", config_.get().digest.substr(0, 12)}});
}

}  // namespace wardend::service

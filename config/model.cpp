#include "config/model.hpp"

#include <algorithm>

#include "config/refreshable.hpp"

namespace wardend::config {

bool Broker::has_lock_source(std::string_view name) const {
  return std::ranges::find(lock_sources, name) != lock_sources.end();
}

std::size_t Broker::descriptors() const {
  constexpr std::size_t each = 2;                 // the socket, and its caller's process from the first call on
  constexpr std::size_t all_else = 512;           // HTTP both ways, hubs, the bus, files
  constexpr std::size_t turned_away = 2 * 576UL;  // strangers at two sockets, who stay open for a second, or are closed
  const std::size_t to_servers = max_connections;  // one for each request that is passed on
  return each * (3 * max_connections + lock_socket_connections) + turned_away + to_servers + all_else;
}

const Registration* App::registration(std::string_view server) const {
  const auto found = std::ranges::find(registrations, server, &Registration::server);
  return found == registrations.end() ? nullptr : &*found;
}

smart::ScopeSet App::wanted_scopes() const {
  smart::ScopeSet wanted;
  for (const Scope& scope : scopes) wanted.add(scope.scope);
  return wanted;
}

bool asks_to_refresh(const App& app) {
  return std::ranges::any_of(
      app.scopes, [](const Scope& asked) { return asked.scope == "offline_access" || asked.scope == "online_access"; });
}

const Server* Config::server(std::string_view name) const {
  const auto found = std::ranges::find(servers, name, &Server::name);
  return found == servers.end() ? nullptr : &*found;
}

const Server* Config::server_by_iss(const fhir::BaseUrl& iss) const {
  const auto found = std::ranges::find(servers, iss, &Server::fhir_base_url);
  return found == servers.end() ? nullptr : &*found;
}

const App* Config::app(std::string_view id) const {
  const auto found = std::ranges::find(apps, id, &App::id);
  return found == apps.end() ? nullptr : &*found;
}

}  // namespace wardend::config

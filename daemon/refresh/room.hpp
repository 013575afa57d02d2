// Everything of this folder, wired in one place: for the daemon and for the tests' worlds.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>

#include "daemon/refresh/conclusion.hpp"
#include "daemon/refresh/news.hpp"
#include "daemon/refresh/planner.hpp"
#include "daemon/refresh/refresher.hpp"
#include "daemon/refresh/schedule.hpp"
#include "daemon/refresh/token_readiness.hpp"

namespace wardend::refresh {

struct Room {
  // What the room stands on.
  struct Parts {
    Clock& clock;
    Random& random;
    session::SessionStore& store;
    server::ServerDirectory& directory;
    server::TokenEndpoint& endpoint;
    server::ServerHealth& server_health;
    session::SessionVault& session_vault;
    clearing::Clearing& clearing;
    server::Revoker& revoker;
    events::EventHub& hub;
    AuditSink& audit;
    const config::Live& config;
    std::string machine_id;
  };
  Room(asio::any_io_executor executor, Parts of)
      : news(of.clock, of.hub, of.audit),
        planner(of.clock, of.random, of.store, of.config, std::move(of.machine_id)),
        conclusion({planner, of.session_vault, of.clearing, of.revoker, news, of.config}),
        refresher(std::move(executor), {of.clock, of.store, of.directory, of.endpoint, of.server_health,
                                        of.session_vault, of.config, planner, conclusion, news}),
        schedule({of.clock, of.store, of.server_health, of.session_vault, of.clearing, of.config, planner, conclusion,
                  refresher}),
        readiness(of.clock, of.store, of.server_health, refresher) {}

  News news;
  Planner planner;
  Conclusion conclusion;
  Refresher refresher;
  Schedule schedule;
  TokenReadiness readiness;
};

}  // namespace wardend::refresh

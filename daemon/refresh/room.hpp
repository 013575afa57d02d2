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
    session::ServerDirectory& directory;
    session::TokenEndpoint& endpoint;
    session::Link& link;
    session::Keeper& keeper;
    session::Clearing& clearing;
    session::Revoker& revoker;
    session::EventHub& hub;
    AuditSink& audit;
    const config::Live& config;
    std::string machine_id;
  };
  Room(asio::any_io_executor executor, Parts of)
      : news(of.clock, of.hub, of.audit),
        planner(of.clock, of.random, of.store, of.config, std::move(of.machine_id)),
        conclusion({planner, of.keeper, of.clearing, of.revoker, news, of.config}),
        refresher(std::move(executor), {of.clock, of.store, of.directory, of.endpoint, of.link, of.keeper, of.config,
                                        planner, conclusion, news}),
        schedule({of.clock, of.store, of.link, of.keeper, of.clearing, of.config, planner, conclusion, refresher}),
        readiness(of.clock, of.store, refresher) {}

  News news;
  Planner planner;
  Conclusion conclusion;
  Refresher refresher;
  Schedule schedule;
  TokenReadiness readiness;
};

}  // namespace wardend::refresh

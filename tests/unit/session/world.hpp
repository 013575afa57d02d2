// The rooms from workstation to lifecycle wired together over fakes, in virtual time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/clearing/clearing.hpp"
#include "daemon/lifecycle/restorer.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/refresh/room.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/terms.hpp"
#include "tests/support/fake_ehr.hpp"
#include "tests/support/fake_vault.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::test {

// The launches of a test that has any, else none.
struct Launches final : clearing::LaunchesUnderWay {
  clearing::LaunchesUnderWay* real = nullptr;
  [[nodiscard]] std::vector<Of> owners() const override { return real == nullptr ? std::vector<Of>() : real->owners(); }
  void end_fallen(const workstation::Workstation& workstation, const errors::SessionCleared& error) override {
    if (real != nullptr) real->end_fallen(workstation, error);
  }
};

struct World {
  asio::io_context loop;
  VirtualClock clock{loop};
  VirtualRandom random;
  FakeEhr ehr{clock};
  FakeAudit audit;
  FakeLogind logind;
  std::shared_ptr<config::Config> settings = basic_config();
  config::Live config{settings};
  events::EventHub hub;
  workstation::Workstation workstation{clock, config};
  session::SessionStore store;
  server::ServerHealth server_health{clock, config, hub};
  FakeVault vault;  // of this process
  server::ServerDirectory directory{loop.get_executor(), clock, ehr, config, server_health, vault};
  server::ClientCredentials proof{clock, random, ""};
  server::TokenEndpoint endpoint{ehr, proof, config};
  server::Revoker revoker{loop.get_executor(), clock, random, directory, endpoint, audit};
  session::SessionVault session_vault{clock, vault, workstation, config};
  parking::Parking parking{clock, vault, config, audit};
  Launches under_way;
  workstation::LockLog locks;
  ipc::UnsentReplies unsent;
  clearing::Clearing clearing{
      clock, {workstation, session_vault, under_way, unsent, store, parking, revoker, hub, audit, locks}};
  refresh::Room refresh{loop.get_executor(),
                        {clock, random, store, directory, endpoint, server_health, session_vault, clearing, revoker,
                         hub, audit, config, "machine"}};
  refresh::Refresher& refresher = refresh.refresher;
  refresh::TokenReadiness& readiness = refresh.readiness;
  lifecycle::Restorer restorer{
      {clock, workstation, store, session_vault, clearing, refresh.schedule, revoker, hub, audit, config}};
  TaskGroup tasks{loop.get_executor()};
  std::function<void(session::Tokens&)> shape_tokens = {};  // of sessions that begin

  // `left` is what the process before this one left.
  explicit World(const FakeVault& left = FakeVault()) : vault(left) {
    workstation.attach(logind);
    logind.add("c1", 1000);
    workstation.read_picture({});
    tasks.spawn("refreshes", refresh.schedule.run());
    tasks.spawn("parking", parking.run());
    clock.settle();
  }
  ~World() {
    tasks.cancel();
    TaskGroup closing(loop.get_executor());
    closing.spawn("refresher", refresher.shut_down());
    closing.spawn("revoker", revoker.shut_down());
    closing.spawn("directory", directory.shut_down());
    clock.settle();
  }

  session::Session& begin(const std::string& id, const std::string& login_session = "c1") {
    session::Tokens tokens{.access = Secret("at-" + id + ".1"),
                           .refresh = Secret(FakeEhr::first_refresh_token(id)),
                           .obtained_at = clock.now(),
                           .expires_at = clock.now() + ehr.token_life,
                           .generation = 1};
    if (shape_tokens) shape_tokens(tokens);
    auto session = std::make_unique<session::Session>(session::Active{std::move(tokens)});
    session->id = id;
    session->app = "vitals";
    session->server = "ehr";
    session->login_session = login_session;
    session->epoch = workstation.enter(login_session);
    session->uid = workstation.owner_of(login_session).value_or(1000);
    session->client.identity.client_id = "vitals-client";
    session->context.patient = "p1";
    session->granted = smart::ScopeSet("patient/Observation.rs");
    session->started_boot = clock.now();
    session->last_used = clock.now();
    session::Session& added = store.add(std::move(session));
    added.terms = session::terms_of(*settings, added.app, added.server);
    session_vault.keep_login_session(login_session);
    session_vault.keep(added);
    refresh.schedule.launched(added);
    return added;
  }

  // Asks for a token as the service would; `outcome` is filled when it has been answered.
  asio::awaitable<void> ask(refresh::TokenReadiness::Wish wish, std::optional<Result<Duration>>& outcome) {
    const auto answered = co_await readiness.obtain(wish);
    session::Session* session = store.find(wish.session);
    if (!answered)
      outcome = std::unexpected(answered.error());
    else
      outcome = session->remaining(clock.now());
  }
  std::optional<Result<Duration>> ask_now(const std::string& id, workstation::EpochNumber epoch, Duration within = 10s,
                                          std::optional<std::chrono::seconds> min_validity = {}) {
    std::optional<Result<Duration>> outcome;
    tasks.spawn("ask", ask({.session = id, .epoch = epoch, .min_validity = min_validity}, outcome));
    clock.settle();
    if (!outcome) clock.advance(within);
    return outcome;
  }
};

}  // namespace wardend::test

// The core over fakes, in virtual time; worker threads are real. Whatever a test wants to reach has a name here.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/core/core.hpp"
#include "daemon/session/terms.hpp"
#include "tests/support/fake_ehr.hpp"
#include "tests/support/fake_hub.hpp"
#include "tests/support/fake_upstream.hpp"
#include "tests/support/fake_vault.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"
#include "tests/support/wire.hpp"

namespace wardend::test {

// Which loops of the core a world starts.
enum class Loops {
  few,   // those of sessions; a test starts others by hand
  none,  // the test calls Core::start, or none is wanted
};

struct World {
  static constexpr std::uint16_t port = 8724;  // of the loopback pages

  asio::io_context loop;
  VirtualClock clock{loop};
  VirtualRandom random;
  FakeEhr ehr{clock};
  FakeHub fhircast_hub{clock};
  Wire wire{clock, ehr, fhircast_hub};
  FakeUpstream upstream{clock};  // of the gateway
  FakeAudit audit;
  FakeLogind logind;
  std::shared_ptr<config::Config> settings = basic_config();
  config::Live config{settings};
  FakeVault vault;  // of this process
  TemporaryFolder folder;
  Worker worker{clock};
  std::string not_ready;
  std::string unit_trouble;

  core::Core core{seams()};
  events::EventHub& hub = core.hub;
  workstation::Workstation& workstation = core.workstation;
  session::SessionStore& store = core.store;
  server::ServerHealth& server_health = core.server_health;
  server::ServerDirectory& directory = core.directory;
  server::TokenEndpoint& endpoint = core.endpoint;
  server::Revoker& revoker = core.revoker;
  server::Prober& prober = core.prober;
  session::SessionVault& session_vault = core.session_vault;
  parking::Parking& parking = core.parking;
  workstation::LockLog& locks = core.locks;
  ipc::UnsentReplies& unsent = core.unsent;
  clearing::Clearing& clearing = core.clearing;
  refresh::Room& refresh = core.refresh;
  refresh::Refresher& refresher = core.refresh.refresher;
  refresh::TokenReadiness& readiness = core.refresh.readiness;
  lifecycle::Restorer& restorer = core.restorer;
  lifecycle::SleepSequence& sleep_sequence = core.sleep_sequence;
  fhircast::Follower& follower = core.follower;
  TaskGroup tasks{loop.get_executor()};
  std::function<void(session::Tokens&)> shape_tokens = {};  // of sessions that begin

  // `left` is what the process before this one left.
  explicit World(const FakeVault& left = FakeVault(), Loops loops = Loops::few) : vault(left) {
    workstation.attach(logind);
    logind.add("c1", 1000);
    workstation.read_picture({});
    if (loops == Loops::few) {
      tasks.spawn("refreshes", refresh.schedule.run());
      tasks.spawn("parking", parking.run());
    }
    clock.settle();
  }
  ~World() {
    tasks.cancel();
    TaskGroup closing(loop.get_executor());
    closing.spawn("core", core.shut_down());
    clock.advance(3s);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] core::Seams seams() {
    settings->broker.state_dir = folder.file("state").string();
    return {.executor = loop.get_executor(),
            .clock = clock,
            .random = random,
            .http = wire,
            .upstream = upstream,
            .channels = fhircast_hub,
            .vault = vault,
            .audit = audit,
            .config = config,
            .look_ups = worker,
            .configuration = worker,
            .files = worker,
            .configuration_file = folder.file("wardend.toml"),
            .machine_id = "machine",
            .subscriber = "wardend on ws-1",
            .version = "1.2",
            .loopback_port = port,
            .not_ready_reason = [this] { return not_ready; },
            .ehr_unit_trouble = [this] { return unit_trouble; }};
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

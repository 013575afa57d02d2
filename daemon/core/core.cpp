#include "daemon/core/core.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "daemon/service/status_page.hpp"

namespace wardend::core {
namespace {

// A reply that waited through a sleep: its token may be over. Which server it was for is not known here, so all are
// named.
Error asleep_meanwhile(const config::Config& config) {
  std::string servers;
  for (const config::Server& server : config.servers) servers += (servers.empty() ? "" : ", ") + server.name;
  return errors::ServerUnavailable{
      .server = std::move(servers), .reason = "the machine was asleep meanwhile: ask again", .retry_after = 0s};
}

std::filesystem::path in_state_dir(const Seams& seams, const char* name) {
  return std::filesystem::path(seams.config.get().broker.state_dir) / name;
}

}  // namespace

Core::Core(Seams seams)
    : clock(seams.clock),
      server_health(clock, seams.config, hub),
      workstation(clock, seams.config),
      directory(seams.executor, clock, seams.http, seams.config, server_health, seams.vault),
      session_vault(clock, seams.vault, workstation, seams.config),
      client_credentials(clock, seams.random, std::move(seams.credentials_folder)),
      endpoint(seams.http, client_credentials, seams.config, server_health),
      revoker(seams.executor, clock, seams.random, directory, endpoint, seams.audit),
      patient_reader(clock, seams.http, seams.config, server_health),
      patient_checks(seams.executor, {clock, store, patient_reader, hub, seams.audit}),
      parking(clock, seams.vault, seams.config, seams.audit),
      launch_matrix(clock),
      matrix_file(clock, seams.files, launch_matrix, in_state_dir(seams, "launches.json")),
      launch_log(store, seams.audit, launch_matrix),
      pending_launches(clock, launch_log),
      write_record(seams.audit),
      permits(clock, seams.random, write_record),
      pages(seams.random),
      exchanges(pages),
      clearing(clock, {workstation, session_vault, pending_launches, unsent, store, permits, exchanges, seams.http,
                       seams.upstream, parking, revoker, hub, seams.audit, locks}),
      idle_watch(clock, seams.config, workstation, store, clearing),
      switches({clock, seams.config, clearing, hub, seams.files, in_state_dir(seams, "switched-off.json")}),
      refresh(seams.executor, {clock, seams.random, store, directory, endpoint, server_health, session_vault, clearing,
                               revoker, hub, seams.audit, seams.config, seams.machine_id}),
      restorer({clock, workstation, store, session_vault, clearing, refresh.schedule, revoker, hub, seams.audit,
                seams.config}),
      issuer_keys(clock, seams.http, seams.config),
      identity(clock, seams.config, issuer_keys),
      launch_values(clock, seams.random, seams.vault),
      settlement(clock, workstation, store, clearing),
      founding({clock, seams.random, seams.config, settlement, store, session_vault, clearing, refresh.schedule, hub}),
      code_exchange(clock, endpoint, identity, patient_reader, revoker),
      launcher(seams.executor,
               {clock, seams.random, seams.config, directory, server_health, workstation, pending_launches,
                launch_values, identity, code_exchange, founding, launch_log, seams.loopback_port}),
      app_users(clock, seams.look_ups),
      loopback({clock, seams.config, launcher, pending_launches, app_users, workstation, store, seams.loopback_port,
                [this, &config = seams.config] {
                  return service::status_page(status_method.picture(service::StatusMethod::For::everybody),
                                              config.get(), unix_seconds(clock.wall_now()));
                }}),
      prober(seams.executor, clock, Beat(seams.machine_id), directory, server_health, seams.config),
      staleness_watch(clock, seams.config, server_health, hub),
      verifier(clock, seams.http, directory),
      drift_memory(seams.files, in_state_dir(seams, "capabilities.json")),
      drift_news(clock, hub, seams.audit),
      drift_watch(seams.executor, {clock, seams.random, seams.config, verifier, drift_memory, drift_news},
                  drift::pace()),
      follower(seams.executor, {{seams.random,
                                 seams.channels,
                                 {clock, seams.http, seams.config, std::move(seams.subscriber)},
                                 store,
                                 refresh.refresher,
                                 seams.audit},
                                clearing,
                                hub}),
      sleep_sequence({clock, seams.http, workstation, clearing, refresh.refresher, refresh.schedule, revoker,
                      server_health, prober, seams.audit,
                      [this, &config = seams.config] {
                        unsent.take_back([](std::string_view) { return true; }, asleep_meanwhile(config.get()));
                      },
                      [this] { follower.interrupted(); }}),
      lock_news(clearing, workstation, restorer, sleep_sequence),
      gate(seams.config, workstation, clock, seams.audit),
      admission({gate, store, refresh.readiness, server_health, seams.audit}),
      token_record(clock, session_vault, seams.audit),
      token_issue({admission, server_health, token_record}, seams.random),
      access_record({clock, gate, store, session_vault, seams.audit}),
      target_reader(clock, seams.http, seams.config, server_health),
      request_judge({clock, seams.config, store, patient_checks, server_health, target_reader, seams.parsing}),
      write_guard({clock, gate, admission, request_judge, permits, write_record}),
      gateway_record(seams.clock, seams.audit, write_record, session_vault, seams.random),
      reception({clock, admission, request_judge, pages, seams.parsing}),
      upstream({clock, seams.upstream, reception, store, server_health}),
      relay({clock, request_judge, pages, seams.random, seams.parsing}),
      gateway({reception, upstream, relay, exchanges, gateway_record}),
      launch_methods({clock, seams.config, gate, launcher, store}),
      access_methods(clock, access_record, token_issue),
      write_methods(write_guard),
      session_methods({clock, gate, store, clearing, server_health}),
      health_methods(seams.config, gate, directory, server_health),
      work_methods({clock, gate, store, parking, seams.audit}),
      monitor_methods({clock, gate, workstation, store, hub, server_health}),
      broker({launch_methods, access_methods, write_methods, session_methods, health_methods, work_methods,
              monitor_methods}),
      broker_methods(broker),
      reloader(std::move(seams.configuration_file), seams.configuration, seams.config, clearing, prober, follower,
               switches, std::move(seams.at_start)),
      control_trail(seams.config, seams.audit),
      control_targets({seams.config, workstation, store, clearing, seams.look_ups}),
      clear_methods(clock, clearing, control_targets, control_trail),
      status_method(
          {.held = {clock, store, revoker},
           .servers = {seams.config, server_health, directory, follower, switches, drift_watch},
           .workstation = {workstation, clearing, std::move(seams.not_ready_reason), std::move(seams.ehr_unit_trouble)},
           .reloader = reloader,
           .forwarding_notices = std::move(seams.forwarding_notices)},
          control_trail, std::move(seams.version)),
      operator_methods(reloader, directory, control_trail),
      app_methods(clock, seams.config, switches, control_trail),
      launches_method(seams.config, launch_matrix, matrix_file, control_trail),
      verify_method(seams.config, verifier, drift_watch, launch_matrix, control_trail),
      audit_method(seams.config, seams.reading == nullptr ? seams.files : *seams.reading, control_trail),
      control({control_trail, clear_methods, status_method, operator_methods, verify_method, launches_method,
               app_methods, audit_method}),
      control_methods(control),
      loops(seams.executor) {}

asio::awaitable<void> Core::take_back() {
  co_await switches.read();
  restore();
}

void Core::restore() {
  directory.restore();
  launch_values.restore();
  restorer.read();
  parking.restore();
}

void Core::start() {
  prober.start();
  loops.spawn("staleness", staleness_watch.run());
  loops.spawn("pending launches", pending_launches.run());
  loops.spawn("refreshes", refresh.schedule.run());
  loops.spawn("parking", parking.run());
  loops.spawn("vault's beat", session_vault.beat());
  loops.spawn("restorer", restorer.run());
  loops.spawn("follower", follower.run());
  loops.spawn("patients", patient_checks.run());
  loops.spawn("permits", permits.run());
  loops.spawn("idle", idle_watch.run());
  loops.spawn("switches", switches.run());
  loops.spawn("launch matrix", matrix_file.run());
  loops.spawn("drift", drift_watch.run());
}

asio::awaitable<void> Core::settle(BootTime until) {
  co_await launcher.settle(until);
  co_await refresh.refresher.settle(until);
}

asio::awaitable<void> Core::shut_down() {
  co_await loops.shut_down(clock);
  co_await follower.shut_down();
  co_await patient_checks.shut_down();
  co_await launcher.shut_down();
  co_await prober.shut_down();
  co_await drift_watch.shut_down();
  co_await refresh.refresher.shut_down();
  co_await revoker.shut_down();
  co_await directory.shut_down();
}

}  // namespace wardend::core

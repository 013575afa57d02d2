#include "daemon/daemon.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/log.hpp"
#include "config/audit_rule.hpp"
#include "daemon/ipc_options.hpp"
#include "daemon/service/config_changes.hpp"
#include "systemd/machine_id.hpp"
#include "systemd/notify.hpp"
#include "systemd/service_manager.hpp"

namespace wardend {
namespace {

constexpr Duration revocation_patience = 2s;
constexpr Duration last_revocation = 1s;  // for what the last answer before the end brought
constexpr Duration refresh_patience = 1s;
constexpr Duration patience_with_locks = 1s;  // that were reported before the start

// Where systemd puts LoadCredential's files. Read before there is any other thread.
std::filesystem::path credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): see above
  return folder == nullptr ? "" : folder;
}

// This machine's own name; empty: it has none.
std::string host_name() {
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? std::string(host.data()) : std::string();
}

// What an EHR may show of this workstation to its users.
std::string subscriber_name() {
  const std::string host = host_name();
  return host.empty() ? "wardend" : "wardend on " + host;
}

audit::Place place_of_trail(const config::Config& config) {
  return {.file = config.audit.file,
          .state_dir = config.broker.state_dir,
          .origin = {.boot = systemd::boot_id(),
                     .host = host_name(),
                     .organization = config.audit.organization,
                     .purpose_of_use = config.audit.purpose_of_use}};
}

std::string base_url_of(const config::Config& config, const std::string& name) {
  const config::Server* server = config.server(name);
  return server == nullptr ? std::string() : server->fhir_base_url.text();
}

// Calls of the control interface belong to no epoch.
std::uint64_t no_epoch(const ipc::Caller& /*caller*/) { return 0; }

}  // namespace

Daemon::Daemon(asio::io_context& loop, Configuration configuration, ListeningSockets sockets, Kept kept)
    : loop_(loop),
      signals_(loop, {SIGTERM, SIGINT, SIGHUP}),
      clock_(loop),
      workers_(clock_),
      config_(configuration.config),
      audit_memory_(std::move(kept.audit)),
      audit_(loop.get_executor(), clock_, workers_.audit, place_of_trail(config_.get()), audit_memory_.bytes(),
             [this](const std::string& server) { return base_url_of(config_.get(), server); }),
      http_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}, &workers_.parsing),
      channels_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}),
      vault_(std::move(kept.vault)),
      core_({.executor = loop.get_executor(),
             .clock = clock_,
             .random = random_,
             .http = http_,
             .channels = channels_,
             .vault = *vault_,
             .audit = audit_,
             .config = config_,
             .look_ups = workers_.look_ups,
             .configuration = workers_.configuration,
             .files = workers_.files,
             .reading = &workers_.reading,
             .parsing = &workers_.parsing,
             .configuration_file = std::move(configuration.file),
             .credentials_folder = credentials_folder(),
             .machine_id = systemd::machine_id(),
             .subscriber = subscriber_name(),
             .version = WARDEND_VERSION,
             .loopback_port = sockets.loopback_port,
             .at_start = {.faults = configuration.faults, .sockets = sockets.differences},
             .not_ready_reason = [this] { return not_ready_reason(); },
             .ehr_unit_trouble = [this] { return unit_watch_.trouble(); }}),
      lock_file_(clock_, workers_.files, core_.locks, config_.get().broker.state_dir),
      broker_(loop, clock_, core_.unsent, timed(broker_options(config_, workers_)), {&core_.broker_methods},
              [this](const ipc::Caller& caller) { return core_.gate.epoch_at_accept(caller); }),
      control_(loop, clock_, core_.unsent, control_options(config_, "control", workers_), {&core_.control_methods},
               no_epoch),
      lock_(loop, clock_, core_.unsent, lock_options(config_, workers_), {&core_.control_methods}, no_epoch),
      endpoints_(clock_, host_name(),
                 {.metrics = [this] { return metrics(); }, .not_ready_reason = [this] { return not_ready_reason(); }}),
      status_(
          clock_, core_.hub, [this] { return status_and_left_out(); },
          [](const std::string& line) { systemd::notify_status(line); }),
      stand_in_(configuration.faults.empty() ? nullptr : configuration.config),
      unit_watch_(loop, core_.lock_news, config_),
      sockets_(std::move(sockets)),
      tasks_(loop.get_executor()) {
  attach();
}

ipc::ServerOptions Daemon::timed(ipc::ServerOptions options) {
  options.on_call = [this](std::string_view method, std::chrono::nanoseconds span) {
    if (method == "GetToken") token_request_duration_.observe(span);
  };
  return options;
}

void Daemon::attach() {
  audit_.open();
  const config::Broker& config = config_.get().broker;
  if (stand_in_) core_.workstation.attach(configuration_source_.emplace([this] { return configuration_fault(); }));
  if (config.has_lock_source("control")) core_.workstation.attach(control_source_);
  if (config.has_lock_source("logind"))
    core_.workstation.attach(logind_.emplace(loop_, clock_, core_.lock_news, config_));
}

// systemd keeps the sockets over a restart: a lock that was reported meanwhile comes before the calls that were made
// after it, on whichever socket.
asio::awaitable<void> Daemon::hear_locks() {
  control_.listen(std::move(sockets_.control));
  if (sockets_.lock.valid()) lock_.listen(std::move(sockets_.lock));
  const BootTime until = clock_.now() + patience_with_locks;
  co_await lock_.hear_who_waits(until);
  co_await control_.hear_who_waits(until);
}

void Daemon::listen() {
  if (!sockets_.loopback.empty())
    loopback_listener_.emplace(
        loop_, clock_, std::move(sockets_.loopback), http::Listener::Options{.identify_peer = true, .door = door_time},
        [this](http::InboundRequest request) { return core_.loopback.handle(std::move(request)); });
  if (!sockets_.metrics.empty())
    metrics_listener_.emplace(loop_, clock_, std::move(sockets_.metrics), http::Listener::Options{.door = door_time},
                              [this](http::InboundRequest request) { return endpoints_.answer(std::move(request)); });
  broker_.listen(std::move(sockets_.broker));
}

asio::awaitable<void> Daemon::run() {
  co_await core_.take_back();
  if (logind_) logind_->start();
  co_await hear_locks();
  listen();
  core_.start();
  tasks_.spawn("ehr-unit", unit_watch_.run());
  tasks_.spawn("lock-file", lock_file_.run());
  tasks_.spawn("watchdog", systemd::feed_watchdog(clock_));
  tasks_.spawn("status", status_.run());
  tasks_.spawn("status of sessions", status_.heed_events());
  tasks_.spawn("status of files", status_.heed(core_.reloader.files_read()));
  tasks_.spawn("status of logins", status_.heed(core_.workstation.picture_changed()));
  audit_.write(record_of(entry::Started{.version = WARDEND_VERSION}));
  log::info(
      "wardend started",
      {{"version", WARDEND_VERSION}, {"servers", config_.get().servers.size()}, {"apps", config_.get().apps.size()}});
  systemd::notify_ready();
  co_await heed_signals();
  co_await stop();
}

asio::awaitable<void> Daemon::heed_signals() {
  for (;;) {
    const int number = co_await signals_.next();
    if (number != SIGHUP) co_return;
    tasks_.spawn("reload", reload());
  }
}

asio::awaitable<void> Daemon::reload() {
  systemd::notify_reloading();
  const auto outcome = co_await core_.reloader.reload();
  audit_.write(
      record_of(outcome ? entry::Reload{.outcome = entry::granted, .detail = *outcome + ": " + core_.reloader.changes()}
                        : entry::Reload{.outcome = entry::denied(name_of(outcome.error().code())),
                                        .detail = service::refusal_in_words(outcome.error())}));
  systemd::notify_reloaded();
}

// A restart loses no session: a refresh that is under way may end, then the vault has them all.
asio::awaitable<void> Daemon::say_goodbye() {
  const bool comes_back =
      vault_->persistent() && co_await systemd::ask_farewell(loop_, clock_) == systemd::Farewell::restart;
  log::info("stopping", {{"sessions", comes_back ? "kept for the restart" : "cleared"}});
  if (comes_back) {
    systemd::notify_status("Restarting: sessions are kept");
    co_return co_await core_.settle(clock_.now() + refresh_patience);
  }
  systemd::notify_status("Stopping: sessions are cleared, their tokens revoked");
  core_.clearing.clear_all({.reason = ClearReason::restart, .detail = "wardend stops"});
  vault_->erase_all();
  // What still comes for a code or a refresh that is on its way brings tokens that nobody holds: they are revoked with
  // the rest.
  const BootTime until = clock_.now() + revocation_patience;
  co_await core_.settle(until);
  co_await core_.revoker.drain(std::max(until, clock_.now() + last_revocation));
}

asio::awaitable<void> Daemon::stop() {
  systemd::notify_stopping();
  core_.launcher.close();
  co_await say_goodbye();
  if (loopback_listener_) co_await loopback_listener_->shut_down();
  if (metrics_listener_) co_await metrics_listener_->shut_down();
  co_await broker_.shut_down();
  co_await control_.shut_down();
  co_await lock_.shut_down();
  if (logind_) co_await logind_->shut_down();
  co_await tasks_.shut_down(clock_);
  co_await core_.shut_down();
  co_await lock_file_.save();
  co_await core_.matrix_file.save();
  http_.close();
  audit_.write(record_of(entry::Stopped{}));
  co_await audit_.shut_down(workers_.files);
  left_a_thread_ = !workers_.end();
  if (left_a_thread_) log::warn("a disk or the user directory does not answer: its thread is left behind");
  log::tell_all_left_out();
  log::info("stopped");
}

// Of a start with faults: until a good configuration is in force, whole. It is no reason any more after that.
std::string Daemon::configuration_fault() {
  const service::FileState& files = core_.reloader.files();
  if (stand_in_ && config_.hold() == stand_in_)
    return "mend the configuration, then `systemctl reload wardend`: it has " + service::faults_in_words(files.faults);
  if (files.at_restart.empty()) stand_in_.reset();
  if (!stand_in_) return {};
  return "the configuration is good now, and needs a restart (" + files.at_restart.front() +
         "): `systemctl restart wardend`";
}

std::string Daemon::not_ready_reason() const {
  if (!core_.workstation.ready()) return core_.workstation.trouble();
  if (config::waits_for_trail(config_.get(), audit_.writable()))
    return "the audit trail " + config_.get().audit.file + " cannot be written (" + audit_.trouble() +
           "): check space and the owner of its folder";
  const auto& sockets = core_.reloader.files().sockets;
  return sockets.empty() ? std::string() : sockets.front();
}

// What the log has left out is told as often as the line is made.
std::string Daemon::status_and_left_out() {
  log::tell_left_out();
  return status_line();
}

std::string Daemon::status_line() {
  if (const std::string reason = not_ready_reason(); !reason.empty()) return "Not ready: " + reason;
  std::size_t held = 0;
  for (const session::Session* session : core_.store.all()) held += session->state() == session::State::cleared ? 0 : 1;
  std::string line = "Ready: " + std::to_string(held) + (held == 1 ? " session" : " sessions");
  for (const config::Server& server : config_.get().servers)
    line += ", " + server.name + " " + std::string(name_of(core_.server_health.record(server.name).link.state));
  const std::size_t faults = core_.reloader.files().faults.size();
  if (faults != 0)
    line += "; the file on disk is not in force: " + std::to_string(faults) + (faults == 1 ? " fault" : " faults");
  return line;
}

std::string Daemon::metrics() {
  return ops::metrics_text({clock_,
                            config_,
                            core_.workstation,
                            *vault_,
                            core_.store,
                            core_.clearing,
                            core_.refresh.news,
                            core_.revoker,
                            core_.launcher,
                            core_.server_health,
                            core_.prober,
                            audit_,
                            broker_.counters(),
                            control_.counters(),
                            lock_.counters(),
                            core_.token_record.counts(),
                            core_.write_record,
                            core_.patient_checks,
                            core_.drift_watch.counts(),
                            token_request_duration_,
                            WARDEND_VERSION,
                            core_.follower.status(),
                            core_.reloader.files().faults.size(),
                            core_.switches.trouble().empty()},
                           not_ready_reason().empty());
}

}  // namespace wardend

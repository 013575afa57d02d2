#include "daemon/daemon.hpp"

#include <signal.h>

#include <cstdlib>
#include <functional>

#include "base/log.hpp"
#include "config/audit_rule.hpp"
#include "daemon/host_name.hpp"
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
constexpr Duration patience_with_locks = 1s;   // that were reported before the start
constexpr Duration patience_with_logind = 1s;  // until it has been read for the first time

// Where systemd puts LoadCredential's files. Read before there is any other thread.
std::filesystem::path credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): see above
  return folder == nullptr ? "" : folder;
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

// With the time of each request for a token.
ipc::ServerOptions timed(ipc::ServerOptions options, DurationHistogram& requests) {
  options.on_call = [&requests](std::string_view method, std::chrono::nanoseconds span) {
    if (method == "GetToken") requests.observe(span);
  };
  return options;
}

}  // namespace

Daemon::Daemon(asio::io_context& loop, Configuration configuration, ListeningSockets sockets, Kept kept)
    : loop_(loop),
      signals_(loop, {SIGTERM, SIGINT, SIGHUP}),
      clock_(loop),
      beat_(systemd::machine_id()),
      workers_(clock_),
      config_(configuration.config),
      audit_memory_(std::move(kept.audit)),
      audit_(
          loop.get_executor(), clock_, workers_.audit, place_of_trail(config_.get()), audit_memory_.bytes(),
          [this](const std::string& server) { return base_url_of(config_.get(), server); }, beat_),
      http_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}, &workers_.parsing),
      upstream_(loop, clock_,
                {.user_agent = "wardend/" WARDEND_VERSION,
                 // An app that reads slowly holds one: the socket's own places bound them. Those in use count as kept.
                 .max_connections_per_host = config_.get().broker.max_connections,
                 .kept_connections = config_.get().broker.max_connections},
                &workers_.parsing),
      channels_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}),
      vault_(std::move(kept.vault)),
      forwarding_({loop, clock_, random_, config_, audit_, workers_.forwarding, credentials_folder(), host_name()}),
      core_(seams(std::move(configuration.file), configuration.faults, sockets)),
      lock_file_(clock_, workers_.files, core_.locks, config_.get().broker.state_dir),
      broker_(loop, clock_, core_.unsent, timed(broker_options(config_, workers_), token_request_duration_),
              {&core_.broker_methods}, std::bind_front(&access::Gate::epoch_at_accept, &core_.gate)),
      control_(loop, clock_, core_.unsent, control_options(config_, "control", workers_), {&core_.control_methods},
               no_epoch),
      lock_(loop, clock_, core_.unsent, lock_options(config_, workers_), {&core_.control_methods}, no_epoch),
      fhir_(loop, clock_, std::bind_front(&gateway::Gateway::answer, &core_.gateway), fhir_options(config_, workers_),
            std::bind_front(&access::Gate::epoch_at_accept, &core_.gate)),
      view_({core_, config_, audit_, *vault_, broker_.counters(), control_.counters(), lock_.counters(),
             fhir_.counters(), token_request_duration_, forwarding_}),
      endpoints_(clock_, host_name(),
                 {.metrics = [this] { return view_.metrics(ops::Reader::scraper); },
                  .not_ready_reason = [this] { return view_.not_ready_reason(); }}),
      metrics_file_(
          clock_, workers_.files, config_.get().broker.metrics_textfile,
          [this] { return view_.metrics(ops::Reader::node_exporter); }, beat_),
      status_(
          clock_, core_.hub, std::bind_front(&Daemon::status_and_left_out, this),
          [this](const std::string& line) { tell_status(line); }, beat_),
      stand_in_(configuration.faults.empty() ? nullptr : configuration.config),
      unit_watch_(loop, core_.lock_news, config_),
      sockets_(std::move(sockets)),
      tasks_(loop.get_executor()) {
  attach();
}

core::Seams Daemon::seams(std::filesystem::path file, const std::vector<std::string>& faults,
                          const ListeningSockets& sockets) {
  return {.executor = loop_.get_executor(),
          .clock = clock_,
          .random = random_,
          .http = http_,
          .upstream = upstream_,
          .channels = channels_,
          .vault = *vault_,
          .audit = audit_,
          .config = config_,
          .look_ups = workers_.look_ups,
          .configuration = workers_.configuration,
          .files = workers_.files,
          .reading = &workers_.reading,
          .parsing = &workers_.parsing,
          .configuration_file = std::move(file),
          .credentials_folder = credentials_folder(),
          .machine_id = systemd::machine_id(),
          .subscriber = subscriber_name(),
          .version = WARDEND_VERSION,
          .loopback_port = sockets.loopback_port,
          .at_start = {.faults = faults, .sockets = sockets.differences},
          .not_ready_reason = [this] { return view_.not_ready_reason(); },
          .ehr_unit_trouble = [this] { return unit_watch_.trouble(); },
          .forwarding_notices = [this] { return forwarding_.notices(); }};
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

// Who is let in before logind has been read would be told that the workstation is locked, and belong to no login
// session for as long as the connection lasts. They wait in their socket instead, as over the restart.
asio::awaitable<void> Daemon::hear_logind() {
  const BootTime until = clock_.now() + patience_with_logind;
  while (logind_ && !stand_in_ && !core_.workstation.ready() && clock_.now() < until)
    co_await clock_.wait(core_.workstation.picture_changed(), until);
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
  if (sockets_.fhir.valid()) fhir_.listen(std::move(sockets_.fhir));
}

asio::awaitable<void> Daemon::run() {
  co_await core_.take_back();
  if (logind_) logind_->start();
  co_await hear_locks();
  co_await hear_logind();
  listen();
  core_.start();
  tasks_.spawn("ehr-unit", unit_watch_.run());
  tasks_.spawn("lock-file", lock_file_.run());
  tasks_.spawn("watchdog", systemd::feed_watchdog(clock_, beat_));
  tasks_.spawn("metrics file", metrics_file_.run());
  tasks_.spawn("status", status_.run());
  tasks_.spawn("status of sessions", status_.heed_events());
  tasks_.spawn("status of files", status_.heed(core_.reloader.files_read()));
  forwarding_.start(core_.reloader.files_read());
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

asio::awaitable<void> Daemon::save_files() {
  co_await metrics_file_.remove();
  co_await lock_file_.save();
  co_await core_.matrix_file.save();
  files_saved_ = true;
  saved_.notify_all();
}

// All at once: each of them gives a disk that hangs its time.
asio::awaitable<void> Daemon::leave_the_disks() {
  TaskGroup files(loop_.get_executor());
  files.spawn("files", save_files());
  co_await audit_.shut_down(workers_.files);
  while (!files_saved_) co_await clock_.wait(saved_, BootTime::max());
  co_await files.shut_down(clock_);
}

asio::awaitable<void> Daemon::stop() {
  systemd::notify_stopping();
  core_.launcher.close();
  co_await say_goodbye();
  if (loopback_listener_) co_await loopback_listener_->shut_down();
  if (metrics_listener_) co_await metrics_listener_->shut_down();
  co_await broker_.shut_down();
  co_await fhir_.shut_down();
  co_await control_.shut_down();
  co_await lock_.shut_down();
  if (logind_) co_await logind_->shut_down();
  co_await tasks_.shut_down(clock_);
  co_await forwarding_.shut_down();
  co_await core_.shut_down();
  http_.close();
  upstream_.close();
  audit_.write(record_of(entry::Stopped{}));
  co_await leave_the_disks();
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

// What the log has left out is told as often as the line is made.
std::string Daemon::status_and_left_out() {
  log::tell_left_out();
  return view_.status_line();
}

// What changes it is what the metrics file must not tell a minute late.
void Daemon::tell_status(const std::string& line) {
  systemd::notify_status(line);
  metrics_file_.stir();
}

}  // namespace wardend

#include "daemon/daemon.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/log.hpp"
#include "daemon/ipc_options.hpp"
#include "systemd/machine_id.hpp"
#include "systemd/notify.hpp"
#include "systemd/service_manager.hpp"

namespace wardend {
namespace {

constexpr Duration status_interval = 2s;
constexpr Duration revocation_patience = 2s;
constexpr Duration last_revocation = 1s;  // for what the last answer before the end brought
constexpr Duration refresh_patience = 1s;

// Where systemd puts LoadCredential's files. Read before there is any other thread.
std::filesystem::path credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): see above
  return folder == nullptr ? "" : folder;
}

// A reply that waited through a sleep: its token may be over. Which server it was for is not known here, so all are
// named.
Error asleep_meanwhile(const config::Config& config) {
  std::string servers;
  for (const config::Server& server : config.servers) servers += (servers.empty() ? "" : ", ") + server.name;
  return errors::ServerUnavailable{
      .server = std::move(servers), .reason = "the machine was asleep meanwhile: ask again", .retry_after = 0s};
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

}  // namespace

Daemon::Daemon(asio::io_context& loop, config::ConfigPtr config, std::filesystem::path file, ListeningSockets sockets,
               std::unique_ptr<Vault> vault)
    : loop_(loop),
      signals_(loop, {SIGTERM, SIGINT, SIGHUP}),
      clock_(loop),
      workers_(clock_),
      config_(std::move(config)),
      audit_(loop.get_executor(), clock_, workers_.audit, config_.get().audit.file),
      http_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}, &workers_.parsing),
      server_health_(clock_, config_, hub_),
      workstation_(clock_, config_),
      vault_(std::move(vault)),
      directory_(loop.get_executor(), clock_, http_, config_, server_health_, *vault_),
      session_vault_(clock_, *vault_, workstation_, config_),
      proof_(clock_, random_, credentials_folder()),
      endpoint_(http_, proof_, config_),
      revoker_(loop.get_executor(), clock_, random_, directory_, endpoint_, audit_),
      parking_(clock_, *vault_, config_, audit_),
      launch_log_(store_, audit_),
      pending_launches_(clock_, launch_log_),
      clearing_(clock_, {workstation_, session_vault_, pending_launches_, unsent_, store_, parking_, revoker_, hub_,
                         audit_, locks_}),
      lock_file_(clock_, workers_.files, locks_, config_.get().broker.state_dir),
      idle_watch_(clock_, config_, workstation_, store_, clearing_),
      refresh_(loop.get_executor(), {clock_, random_, store_, directory_, endpoint_, server_health_, session_vault_,
                                     clearing_, revoker_, hub_, audit_, config_, systemd::machine_id()}),
      restorer_({clock_, workstation_, store_, session_vault_, clearing_, refresh_.schedule, revoker_, hub_, audit_,
                 config_}),
      issuer_keys_(clock_, http_, config_),
      identity_(clock_, config_, issuer_keys_),
      launch_values_(clock_, random_, *vault_),
      settlement_(workstation_, store_, clearing_),
      founding_({clock_, random_, config_, settlement_, store_, session_vault_, refresh_.schedule, hub_}),
      code_exchange_(clock_, endpoint_, identity_, revoker_),
      launcher_(loop.get_executor(),
                {clock_, random_, config_, directory_, workstation_, pending_launches_, launch_values_, identity_,
                 code_exchange_, founding_, launch_log_, sockets.loopback_port}),
      app_users_(clock_, workers_.look_ups),
      prober_(loop.get_executor(), clock_, random_, directory_, config_),
      channels_(loop, clock_, {.user_agent = "wardend/" WARDEND_VERSION}),
      follower_(loop.get_executor(),
                {{random_, channels_, {clock_, http_, config_, subscriber_name()}, store_, refresh_.refresher, audit_},
                 clearing_,
                 hub_}),
      gate_(config_, workstation_, clock_),
      token_record_(clock_, session_vault_, audit_),
      token_issue_({gate_, store_, refresh_.readiness, server_health_, token_record_}, random_),
      reloader_(std::move(file), workers_.configuration, config_, clearing_, prober_, follower_),
      launch_methods_({clock_, config_, gate_, launcher_, store_}),
      access_methods_(clock_, gate_, token_issue_),
      session_methods_({clock_, gate_, store_, clearing_, server_health_}),
      health_methods_(config_, gate_, directory_, server_health_),
      work_methods_({clock_, gate_, store_, parking_, audit_}),
      monitor_methods_({clock_, gate_, workstation_, store_, hub_, server_health_}),
      broker_service_(
          {launch_methods_, access_methods_, session_methods_, health_methods_, work_methods_, monitor_methods_}),
      control_trail_(config_, audit_),
      control_targets_({config_, workstation_, store_, clearing_, workers_.look_ups}),
      clear_methods_(clock_, clearing_, control_targets_, control_trail_),
      status_method_({.held = {clock_, store_, revoker_},
                      .servers = {config_, server_health_, directory_, follower_},
                      .workstation = {workstation_, clearing_, [this] { return not_ready_reason(); },
                                      [this] { return unit_watch_.trouble(); }}},
                     control_trail_, WARDEND_VERSION),
      operator_methods_(reloader_, directory_, control_trail_),
      control_service_({control_trail_, clear_methods_, status_method_, operator_methods_}),
      broker_methods_(broker_service_),
      control_methods_(control_service_),
      broker_(loop, clock_, unsent_, timed(broker_options(config_, workers_.parsing)), {&broker_methods_},
              [this](const ipc::Caller& caller) { return gate_.epoch_at_accept(caller); }),
      control_(loop, clock_, unsent_, control_options(config_, "control", workers_.parsing), {&control_methods_},
               [](const ipc::Caller&) { return std::uint64_t{0}; }),
      lock_(loop, clock_, unsent_, lock_options(config_, workers_.parsing), {&control_methods_},
            [](const ipc::Caller&) { return std::uint64_t{0}; }),
      loopback_(
          {clock_, config_, launcher_, pending_launches_, app_users_, workstation_, store_, sockets.loopback_port}),
      endpoints_(clock_, host_name(),
                 {.metrics = [this] { return metrics(); }, .not_ready_reason = [this] { return not_ready_reason(); }}),
      sleep_sequence_(
          {clock_, http_, workstation_, clearing_, refresh_.refresher, refresh_.schedule, revoker_, server_health_,
           prober_, audit_,
           [this] { unsent_.take_back([](std::string_view) { return true; }, asleep_meanwhile(config_.get())); },
           [this] { follower_.interrupted(); }}),
      lock_news_(clearing_, workstation_, restorer_, sleep_sequence_),
      unit_watch_(loop, lock_news_, config_),
      tasks_(loop.get_executor()) {
  start(std::move(sockets));
}

ipc::ServerOptions Daemon::timed(ipc::ServerOptions options) {
  options.on_call = [this](std::string_view method, std::chrono::nanoseconds span) {
    if (method == "GetToken") token_request_duration_.observe(span);
  };
  return options;
}

void Daemon::start(ListeningSockets sockets) {
  audit_.open();
  const config::Broker& config = config_.get().broker;
  if (config.has_lock_source("control")) workstation_.attach(control_source_);
  if (config.has_lock_source("logind")) workstation_.attach(logind_.emplace(loop_, clock_, lock_news_, config_));
  if (!sockets.loopback.empty())
    loopback_listener_.emplace(loop_, clock_, std::move(sockets.loopback),
                               http::Listener::Options{.identify_peer = true},
                               [this](http::InboundRequest request) { return loopback_.handle(std::move(request)); });
  if (!sockets.metrics.empty())
    metrics_listener_.emplace(loop_, clock_, std::move(sockets.metrics), http::Listener::Options{},
                              [this](http::InboundRequest request) { return endpoints_.answer(std::move(request)); });
  directory_.restore();
  launch_values_.restore();
  restorer_.read();
  parking_.restore();
  broker_.listen(std::move(sockets.broker));
  control_.listen(std::move(sockets.control));
  if (sockets.lock.valid()) lock_.listen(std::move(sockets.lock));
}

asio::awaitable<void> Daemon::run() {
  if (logind_) logind_->start();
  prober_.start();
  tasks_.spawn("pending launches", pending_launches_.run());
  tasks_.spawn("refreshes", refresh_.schedule.run());
  tasks_.spawn("parking", parking_.run());
  tasks_.spawn("vault's beat", session_vault_.beat());
  tasks_.spawn("restorer", restorer_.run());
  tasks_.spawn("follower", follower_.run());
  tasks_.spawn("idle", idle_watch_.run());
  tasks_.spawn("ehr-unit", unit_watch_.run());
  tasks_.spawn("lock-file", lock_file_.run());
  tasks_.spawn("watchdog", systemd::feed_watchdog(clock_));
  tasks_.spawn("status", tell_status());
  AuditRecord record(AuditKind::service);
  record.granted().action = "started";
  record.detail = WARDEND_VERSION;
  audit_.write(std::move(record));
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
  const auto outcome = co_await reloader_.reload();
  AuditRecord record(AuditKind::service);
  record.action = "reload";
  if (outcome)
    record.granted();
  else
    record.denied(name_of(outcome.error().code()));
  audit_.write(std::move(record));
  systemd::notify_reloaded();
}

asio::awaitable<void> Daemon::tell_status() {
  for (;;) {
    systemd::notify_status(status_line());
    log::tell_left_out();
    co_await clock_.sleep_for(status_interval);
  }
}

// A restart loses no session: a refresh that is under way may end, then the vault has them all.
asio::awaitable<void> Daemon::say_goodbye() {
  const bool comes_back =
      vault_->persistent() && co_await systemd::ask_farewell(loop_, clock_) == systemd::Farewell::restart;
  log::info("stopping", {{"sessions", comes_back ? "kept for the restart" : "cleared"}});
  if (comes_back) {
    systemd::notify_status("Restarting: sessions are kept");
    const BootTime until = clock_.now() + refresh_patience;
    co_await launcher_.settle(until);
    co_return co_await refresh_.refresher.settle(until);
  }
  systemd::notify_status("Stopping: sessions are cleared, their tokens revoked");
  clearing_.clear_all({.reason = ClearReason::restart, .detail = "wardend stops"});
  vault_->erase_all();
  // What still comes for a code or a refresh that is on its way brings tokens that nobody holds: they are revoked with
  // the rest.
  const BootTime until = clock_.now() + revocation_patience;
  co_await launcher_.settle(until);
  co_await refresh_.refresher.settle(until);
  co_await revoker_.drain(std::max(until, clock_.now() + last_revocation));
}

asio::awaitable<void> Daemon::stop() {
  systemd::notify_stopping();
  launcher_.close();
  co_await say_goodbye();
  if (loopback_listener_) co_await loopback_listener_->shut_down();
  if (metrics_listener_) co_await metrics_listener_->shut_down();
  co_await broker_.shut_down();
  co_await control_.shut_down();
  co_await lock_.shut_down();
  if (logind_) co_await logind_->shut_down();
  co_await tasks_.shut_down(clock_);
  co_await follower_.shut_down();
  co_await lock_file_.save();
  co_await launcher_.shut_down();
  co_await prober_.shut_down();
  co_await refresh_.refresher.shut_down();
  co_await revoker_.shut_down();
  co_await directory_.shut_down();
  http_.close();
  AuditRecord record(AuditKind::service);
  record.granted().action = "stopped";
  audit_.write(std::move(record));
  co_await audit_.shut_down(workers_.files);
  left_a_thread_ = !workers_.end();
  if (left_a_thread_) log::warn("a disk or the user directory does not answer: its thread is left behind");
  log::tell_all_left_out();
  log::info("stopped");
}

std::string Daemon::not_ready_reason() const {
  if (!workstation_.ready()) return workstation_.trouble();
  if (!audit_.writable() && config_.get().audit.on_failure == config::OnFailure::refuse)
    return "the audit trail " + config_.get().audit.file + " cannot be written (" + audit_.trouble() +
           "): check space and the owner of its folder";
  return {};
}

std::string Daemon::status_line() const {
  if (const std::string reason = not_ready_reason(); !reason.empty()) return "Not ready: " + reason;
  std::size_t held = 0;
  for (const session::Session* session : store_.all()) held += session->state() == session::State::cleared ? 0 : 1;
  std::string line = "Ready: " + std::to_string(held) + (held == 1 ? " session" : " sessions");
  for (const config::Server& server : config_.get().servers)
    line += ", " + server.name + " " + std::string(name_of(server_health_.record(server.name).link.state));
  return line;
}

std::string Daemon::metrics() const {
  return ops::metrics_text(
      {clock_, config_, workstation_, *vault_, store_, clearing_, refresh_.news, revoker_, launcher_, server_health_,
       prober_, audit_, broker_.counters(), control_.counters(), lock_.counters(), token_record_.counts(),
       token_request_duration_, WARDEND_VERSION, follower_.status()},
      not_ready_reason().empty());
}

}  // namespace wardend
